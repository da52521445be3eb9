//! Lists that come in pages, and answers that name a change order: ways from an answer to a part of it.

use sae_transport::Effect;

use super::graph;
use super::member::Member;
use super::notation::Notation;
use super::rules::Site;
use super::{Context, Typed};
use crate::diagnostics::did_you_mean;
use crate::model::{Pages, Scalar, Step, Turn};
use crate::spec::document::{self, Text};
use crate::spec::words::PageStyle;

/// Lowers the table `[pages]` of an operation.
pub fn lower(typed: &Typed<'_>, context: &Context<'_>, site: &mut Site<'_>) -> Option<Pages> {
    let pages = typed.file.document.pages.as_ref().filter(|_| !context.symbols.is_partial())?;
    let (span, pages) = (pages.span(), pages.as_ref());
    let style = site.pick("style", &pages.style).unwrap_or(PageStyle::Number);
    let path = |key: Option<&Text>, site: &mut Site<'_>| -> Vec<String> {
        let Some(text) = key else { return Vec::new() };
        if let Some(way) = way(text.as_ref(), "", &typed.responses, context) {
            if !matches!(way.end.notation, Notation::Scalar(_)) {
                site.report(&text.span(), &format!("pages: {} is no scalar", text.as_ref()));
            }
        } else {
            no_such_field(text, site);
        }
        text.as_ref().split('.').map(str::to_owned).collect()
    };
    let turn = if style == PageStyle::Token {
        let next = path(pages.next.as_ref(), site);
        if next.is_empty() {
            site.report(&span, "pages: style \"token\" without the key \"next\"");
        }
        Turn::Token { parameter: parameter(pages.token.as_ref(), "NextToken", typed, site), next }
    } else {
        let first = pages.first.as_ref().map_or(1, |first| *first.as_ref());
        if let Some(key) = pages.first.as_ref().filter(|_| !(0..=1).contains(&first)) {
            site.report(&key.span(), "pages: the first page is 0 or 1");
        }
        Turn::Number {
            first,
            page: parameter(pages.page.as_ref(), "CurrentPage", typed, site),
            size: parameter(pages.size.as_ref(), "PageSize", typed, site),
            total: path(pages.total.as_ref(), site),
        }
    };
    if let (PageStyle::Token, Some(first)) = (style, &pages.first) {
        site.report(&first.span(), "pages: key \"first\" has no meaning with this style");
    }
    for (key, text) in strangers(style, pages) {
        site.report(&text.span(), &format!("pages: key \"{key}\" has no meaning with this style"));
    }
    let Some(way) = way(pages.items.as_ref(), "", &typed.responses, context) else {
        no_such_field(&pages.items, site);
        return None;
    };
    if way.steps.len() > 2 {
        no_such_field(&pages.items, site);
    }
    let item = match &way.end.notation {
        Notation::List(item) => {
            Some((item.value_type(), item.name().and_then(|name| context.shapes.get(name))))
        }
        _ => None,
    };
    let Some((item, Some(fields))) = item else {
        site.report(&pages.items.span(), &format!("pages: {} is no list of a shape", pages.items.as_ref()));
        return None;
    };
    for id in &pages.id {
        if !fields.iter().any(|field| field.wire() == id.as_ref()) {
            let near = did_you_mean(id.as_ref(), fields.iter().map(Member::wire));
            site.report(&id.span(), &format!("pages: the items have no field \"{}\"{near}", id.as_ref()));
        }
    }
    let id = pages.id.iter().map(|id| id.as_ref().clone()).collect::<Vec<_>>();
    if let (Turn::Number { total, .. }, true) = (&turn, id.is_empty())
        && total.is_empty()
    {
        site.report(&span, "pages: neither \"total\" nor \"id\"; nothing tells when the list is complete");
    }
    Some(Pages { turn, item, items: way.steps, id })
}

/// The steps to the identifier of the change order that an operation starts: only what changes something starts one.
pub fn change_order(typed: &Typed<'_>, effect: Effect, context: &Context<'_>) -> Option<Vec<Step>> {
    let path = context.service.manifest.document.change_order.as_ref().filter(|_| effect == Effect::Write)?;
    let way = way(path.as_ref(), "", &typed.responses, context)?;
    (way.end.notation == Notation::Scalar(Scalar::String)).then_some(way.steps)
}

struct Way<'m, 'a> {
    steps: Vec<Step>,
    end: &'m Member<'a>,
}

/// The way along wire names with dots between them; nothing if there is none.
fn way<'m, 'a>(
    path: &str,
    owner: &str,
    responses: &'m [Member<'a>],
    context: &'m Context<'a>,
) -> Option<Way<'m, 'a>> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let member = responses.iter().find(|member| member.wire() == name)?;
    let step = Step { name: member.rust_name(), optional: member.is_json || member.notation.is_inline() };
    let Some(rest) = rest else { return Some(Way { steps: vec![step], end: member }) };
    let Notation::Named(shape) = &member.notation else { return None };
    // A box on the way would need steps of another kind; no list travels in a shape that holds itself.
    if member.is_json || graph::is_recursive(owner, member, &context.shapes) {
        return None;
    }
    let Way { mut steps, end } = way(rest, shape, context.shapes.get(shape.as_str())?, context)?;
    steps.insert(0, step);
    Some(Way { steps, end })
}

fn parameter(key: Option<&Text>, usual: &str, typed: &Typed<'_>, site: &mut Site<'_>) -> String {
    let name = key.map_or(usual, |key| key.as_ref());
    if !typed.parameters.iter().any(|parameter| parameter.wire() == name) {
        let span = key.map_or(typed.file.document.name.span(), Text::span);
        let near = did_you_mean(name, typed.parameters.iter().map(Member::wire));
        site.report(&span, &format!("pages: there is no parameter \"{name}\"{near}"));
    }
    name.to_owned()
}

fn no_such_field(path: &Text, site: &mut Site<'_>) {
    let text = format!("pages: the answer has no \"{}\"; expected FIELD or FIELD.FIELD", path.as_ref());
    site.report(&path.span(), &text);
}

/// Keys that belong to the other style.
fn strangers(style: PageStyle, pages: &document::Pages) -> Vec<(&'static str, &Text)> {
    let number = [("page", &pages.page), ("size", &pages.size), ("total", &pages.total)];
    let token = [("token", &pages.token), ("next", &pages.next)];
    let others: Vec<_> = if style == PageStyle::Token { number.to_vec() } else { token.to_vec() };
    others.into_iter().filter_map(|(key, text)| text.as_ref().map(|text| (key, text))).collect()
}
