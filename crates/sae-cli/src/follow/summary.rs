//! Appends a Markdown summary to the file that `GITHUB_STEP_SUMMARY` names, which CI systems show.

use std::io::Write as _;
use std::path::Path;

use sae::change_order::Diagnosis;
use sae::transport::text::{escape_control_lines, is_hidden, redact_urls};

use super::result::RolloutResult;
use super::wanted::Wanted;
use crate::duration;
use crate::failure::{Advice, RolloutFailure};
use crate::output::status::status;

/// Appends the result of a change order. `options` are repeated in suggested commands.
pub fn append(result: &RolloutResult, wanted: Wanted, options: &str) {
    write(|| markdown(result, wanted, options));
}

/// Appends a note with its cause and commands to type next.
pub fn note(mark: &str, text: &str, why: &str, next: &[Advice]) {
    write(|| {
        let cause = if why.is_empty() { String::new() } else { format!("- **Cause:** {}\n", plain(why)) };
        format!("### {mark} {}\n\n{cause}{}\n", plain(text), commands(next))
    });
}

/// If the file can't be written, that is reported; the result stays the same.
fn write(text: impl FnOnce() -> String) {
    let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) else { return };
    if let Err(error) = append_to(Path::new(&file), &text()) {
        status!("note: no summary could be written to {}: {error}", Path::new(&file).display());
    }
}

fn append_to(file: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(text.as_bytes())
}

fn markdown(result: &RolloutResult, wanted: Wanted, options: &str) -> String {
    let order = &result.seen.order;
    let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let what = named(&order.co_type).unwrap_or_else(|| "Change".to_owned());
    let app = named(&order.app_name).unwrap_or_else(|| "an application".to_owned());
    let mark = if result.is_done(wanted) {
        "✅"
    } else {
        match result.rollout() {
            RolloutFailure::Lost => "❓",
            RolloutFailure::WaitingForConfirmation
            | RolloutFailure::TimedOut
            | RolloutFailure::Interrupted => "⏸️",
            RolloutFailure::Failed | RolloutFailure::RolledBack => "❌",
        }
    };
    let mut text =
        format!("### {mark} {}: {} {}\n\n", plain(&app), plain(&what), result.word().replace('-', " "));
    let (done, of) = (result.seen.batches_done(), result.seen.batches());
    let rows = [
        ("Change order", named(&order.change_order_id)),
        ("Description", named(&order.description)),
        ("Batches done", (of > 0).then(|| format!("{done} of {of}"))),
        ("Followed for", Some(duration::clock(result.took))),
        ("Rolled back by", result.by().map(str::to_owned)),
    ];
    text.push_str("| | |\n| --- | --- |\n");
    for (name, value) in rows {
        if let Some(value) = value {
            text.push_str(&format!("| {name} | {} |\n", plain(&value)));
        }
    }
    text.push('\n');
    if let Some(why) = result.loss() {
        text.push_str(&format!("- **Cause:** {}\n", plain(why)));
    }
    if let Some(refusal) = &result.refusal {
        text.push_str(&format!("- **Refused:** {}\n", plain(refusal)));
    }
    if let Some(diagnosis) = &result.diagnosis {
        diagnosed(diagnosis, &mut text);
    }
    // A success needs no next command. The blank line ends the fold of a log.
    if !result.is_done(wanted) {
        text.push('\n');
        text.push_str(&commands(&result.advice(options)));
        text.push('\n');
    }
    text
}

fn commands(next: &[Advice]) -> String {
    let command = |(why, command): &Advice| format!("- {}: <code>{}</code>\n", plain(why), plain(command));
    next.iter().map(command).collect::<Vec<_>>().concat()
}

fn diagnosed(diagnosis: &Diagnosis, text: &mut String) {
    for cause in &diagnosis.causes {
        text.push_str(&format!("- **Cause:** {}\n", plain(cause)));
    }
    for (event, hint) in diagnosis.hinted_events() {
        let of = |text: &Option<String>| plain(text.as_deref().unwrap_or_default());
        text.push_str(&format!("- **{}:** {}\n", of(&event.reason), of(&event.message)));
        if let Some(hint) = hint {
            text.push_str(&format!("  - {}\n", plain(hint)));
        }
    }
    for failing in diagnosis.instances.iter().filter(|failing| !failing.log.is_empty()) {
        let id = failing.instance.instance_id.as_deref().unwrap_or_default();
        let log = escape_control_lines(&redact_urls(&failing.log.join("\n")));
        let fence = fence(&log);
        text.push_str(&format!(
            "\n<details><summary>Log of {}</summary>\n\n{fence}\n{log}\n{fence}\n\n</details>\n",
            plain(id)
        ));
    }
}

/// Escapes a text for Markdown and HTML, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in redact_urls(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.push_str(&format!("\\\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A code fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

#[cfg(test)]
mod tests {
    use super::{fence, plain};

    #[test]
    fn text_of_others_makes_no_markdown() {
        assert_eq!(plain("a|b <i>*x*\n[l](u)"), "a\\|b &lt;i&gt;\\*x\\* \\[l\\](u)");
        assert_eq!(plain("shop\u{202e}x\u{200b}\u{1b}"), "shop\\\\u{202e}x\\\\u{200b}\\\\u{1b}");
        assert_eq!(fence("plain"), "```");
        assert_eq!(fence("a ```` b"), "`````");
    }
}
