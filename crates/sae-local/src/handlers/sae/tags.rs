//! Tags of applications and jobs.

use sae_models::sae::{
    ListTagResources, ListTagResourcesOutput, TagFilter, TagResource, TagResourcePage, TagResources,
    TagResourcesOutput, UntagResources, UntagResourcesOutput,
};
use sae_transport::Json;
use serde_json::json;

use crate::domain::Refusal;
use crate::domain::commands::tags::Untag;
use crate::domain::tags::{Tag, Tags, check_tags};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{structure, text};

impl Handle for TagResources {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        APPLICATIONS,
        Source::Metadata.says("keys and values have 1 to 128 characters, in which capitals count"),
        Source::Metadata
            .says("keys and values don't begin with aliyun or acs: and don't contain http:// or https://"),
        Source::Metadata.says("a key that is there gets the new value"),
        Source::Provider.says("items of Tags that are null are ignored"),
        LOWER_CASE,
        FIFTY,
        Source::Assumption.says("an application has at most 20 tags, and a call names at most 20"),
        Source::Metadata.says("a key that is twice in one call is refused"),
        Source::Assumption.says("if one application is refused, none is changed"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<TagResourcesOutput, Refusal> {
        check_place(call, &self.resource_type, self.region_id.as_deref())?;
        let tags = tags(self.tags.as_ref())?;
        let ids = existing(call, texts(Some(&self.resource_ids)))?;
        call.state.tag_applications(&ids, &tags)?;
        let mut output = TagResourcesOutput::default();
        output.data = Some(true);
        Ok(output)
    }
}

impl Handle for UntagResources {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        APPLICATIONS,
        FIFTY,
        Source::Metadata.says("identifiers and keys are a JSON list or separated by commas"),
        Source::Assumption.says("TagKeys or DeleteAll is needed; DeleteAll counts only without TagKeys"),
        Source::Assumption.says("keys that an application doesn't have are ignored"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UntagResourcesOutput, Refusal> {
        check_place(call, &self.resource_type, Some(&self.region_id))?;
        let keys = texts(self.tag_keys.as_ref());
        let which = match self.delete_all {
            _ if !keys.is_empty() => Untag::Keys(keys),
            Some(true) => Untag::All,
            _ => return Err(Refusal::missing("TagKeys")),
        };
        let ids = existing(call, texts(Some(&self.resource_ids)))?;
        call.state.untag_applications(&ids, &which)?;
        let mut output = UntagResourcesOutput::default();
        output.data = Some(true);
        Ok(output)
    }
}

impl Handle for ListTagResources {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        APPLICATIONS,
        FIFTY,
        LOWER_CASE,
        Source::Metadata.says("ResourceIds or Tags is needed"),
        Source::Metadata.says("an answer has at most 50 tags, and NextToken only if there are more"),
        Source::Provider.says("NextToken also stands at the root of the answer"),
        Source::Assumption.says("with Tags, all tags of the applications that have these are listed"),
        Source::Assumption.says("applications that don't exist have no tags"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListTagResourcesOutput, Refusal> {
        check_place(call, &self.resource_type, Some(&self.region_id))?;
        let (ids, wanted) = (texts(self.resource_ids.as_ref()), tags(self.tags.as_ref())?);
        if ids.is_empty() && wanted.is_empty() {
            return Err(Refusal::missing("ResourceIds"));
        }
        let from = match self.next_token.as_deref().filter(|token| !token.is_empty()) {
            Some(token) => Some(place(token).ok_or_else(|| Refusal::invalid("NextToken"))?),
            None => None,
        };
        // The documents list no other code for what is wrong with the tags.
        check_tags(&wanted).map_err(|_| Refusal::invalid("Tags"))?;
        let tagged = call.state.tagged(&ids, &wanted)?;
        let all = tagged
            .into_iter()
            .flat_map(|(id, tags)| tags.iter().map(move |(key, value)| (id, key.as_str(), value)));
        let mut rest = all.filter(|(id, key, _)| {
            from.as_ref()
                .is_none_or(|(last_id, last_key)| (*id, *key) > (last_id.as_str(), last_key.as_str()))
        });
        let mut data = TagResourcePage::default();
        let mut last = None;
        for (id, key, value) in rest.by_ref().take(PAGE) {
            last = Some(token(id, key));
            let mut tag = TagResource::default();
            tag.resource_id = text(id);
            tag.resource_type = text("application");
            tag.tag_key = text(key);
            tag.tag_value = text(value);
            data.tag_resources.push(tag);
        }
        data.next_token = last.filter(|_| rest.next().is_some());
        // The spec has it inside of `Data` alone.
        let root =
            data.next_token.as_ref().map(|token| serde_json::from_value(json!({ "NextToken": token })));
        let mut output: ListTagResourcesOutput = root.and_then(Result::ok).unwrap_or_default();
        output.data = Some(data);
        Ok(output)
    }
}

/// Tags as answers have them.
pub fn answered(tags: &Tags) -> Vec<sae_models::sae::Tag> {
    let tag = |(key, value): (&String, &String)| {
        let mut data = sae_models::sae::Tag::default();
        data.key = text(key);
        data.value = text(value);
        data
    };
    tags.iter().map(tag).collect()
}

/// The tags of a parameter.
pub fn tags(given: Option<&Json<Vec<TagFilter>>>) -> Result<Vec<Tag>, Refusal> {
    let tags = structure("Tags", given)?;
    Ok(tags.into_iter().flatten().map(|tag| (tag.key.clone(), tag.value.clone())).collect())
}

/// Refuses resources that aren't applications, and regions that the service doesn't have.
fn check_place(call: &Call<'_>, kind: &str, region: Option<&str>) -> Result<(), Refusal> {
    if kind != "application" {
        // TagResources has no code of its own for that.
        let known = call.description.errors.contains(&NO_SUCH_TYPE.code());
        return Err(if known {
            NO_SUCH_TYPE
        } else {
            Refusal::unfit("ResourceType", "only application is there")
        });
    }
    match region.filter(|region| !region.is_empty()) {
        Some(region) if !call.state.is_region(region) => Err(Refusal::unfit("RegionId", "no such region")),
        _ => Ok(()),
    }
}

/// The texts of a JSON list, or of a text that is separated by commas.
fn texts(given: Option<&Json<Vec<String>>>) -> Vec<String> {
    let Some(given) = given else { return Vec::new() };
    if let Some(list) = given.value() {
        return list.clone();
    }
    let text = given.to_text();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Refuses identifiers of applications and jobs that don't exist.
fn existing(call: &Call<'_>, ids: Vec<String>) -> Result<Vec<String>, Refusal> {
    let mut others = ids.iter().filter(|id| !call.state.jobs.contains_key(*id));
    others.try_for_each(|id| call.application(id).map(drop))?;
    Ok(ids)
}

/// The token of a page that goes on after this tag. What is in it is no concern of a client.
fn token(id: &str, key: &str) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    let bytes = id.bytes().chain(*b"/").chain(key.bytes());
    bytes.flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}

/// The tag that a token names.
fn place(token: &str) -> Option<(String, String)> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = token.as_bytes().chunks(2).map(byte).collect();
    let text = String::from_utf8(bytes?).ok()?;
    text.split_once('/').map(|(id, key)| (id.to_owned(), key.to_owned()))
}

const APPLICATIONS: Rule = Source::Metadata.says("resources are of the type application, jobs among them");
const FIFTY: Rule = Source::Metadata.says("a call names at most 50 resources");
const LOWER_CASE: Rule =
    Source::Provider.says("key and value are written in lower case; Key and Value are read, too");
const NO_SUCH_TYPE: Refusal = Refusal::new("InvalidResourceType.NotFound");
/// The most tags in an answer.
const PAGE: usize = 50;
