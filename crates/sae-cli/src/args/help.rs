//! Help in one layout, whatever a command has to say.

use clap::Command;

/// Appends the exit codes to the examples of a command that has exit codes beyond 0 to 3.
pub fn with_exit_codes(examples: &str) -> String {
    format!("{examples}\n\n{EXIT_CODES}")
}

/// Calls subcommands verbs. `call` has its own settings.
pub fn with_verbs(command: Command) -> Command {
    if !command.has_subcommands() {
        return command;
    }
    command.disable_help_subcommand(true).subcommand_value_name("VERB").subcommand_help_heading("Verbs")
}

/// Lays out the help of a command and its subcommands: the long text comes before the options, all options have one layout, and long
/// examples are broken where a shell continues the line.
pub fn laid_out(command: Command) -> Command {
    let mut command = command.mut_subcommands(laid_out);
    if let Some(about) = command.get_long_about().cloned() {
        // clap lays out options differently if there is a long text.
        command = command.long_about(None).before_help(about).help_template(TEMPLATE);
    }
    match command.get_after_help().map(|text| text.to_string().lines().map(folded).collect::<String>()) {
        Some(text) => command.after_help(text.trim_end().to_owned()),
        None => command,
    }
}

/// Breaks an example line that is too long. An option stays on one line with its value if possible.
fn folded(line: &str) -> String {
    if line.len() <= WIDTH || !line.starts_with("  ") {
        return format!("{line}\n");
    }
    let mut parts: Vec<String> = Vec::new();
    for word in words(line.trim_start()) {
        match parts.last_mut().filter(|last| last.starts_with('-') && !last.contains(' ')) {
            Some(option) if !word.starts_with('-') && option.len() + word.len() < WIDTH - INDENT => {
                option.push_str(&format!(" {word}"));
            }
            _ => parts.push(spread(word)),
        }
    }
    let mut out = String::new();
    let mut current = String::from(" ");
    for part in parts {
        if current.len() + part.len() + CONTINUED.len() >= WIDTH {
            out.push_str(&format!("{current}{CONTINUED}\n"));
            current = " ".repeat(INDENT - 1);
        }
        current.push_str(&format!(" {part}"));
        if let Some((lines, last)) = current.rsplit_once('\n') {
            out.push_str(&format!("{lines}\n"));
            current = last.to_owned();
        }
    }
    format!("{out}{current}\n")
}

/// Breaks quoted JSON that is too long into several lines.
fn spread(word: &str) -> String {
    if word.len() <= WIDTH - INDENT || !word.starts_with("'[") && !word.starts_with("'{") {
        return word.to_owned();
    }
    let (mut out, mut width, mut is_text) = (String::new(), 0, false);
    for piece in word.split_inclusive(['"', ',']) {
        out.push_str(piece);
        width += piece.len();
        is_text ^= piece.ends_with('"') && !piece.ends_with(r#"\""#);
        if !is_text && piece.ends_with(',') && width > WIDTH / 3 {
            out.push_str(&format!("\n{}", " ".repeat(INDENT + 1)));
            width = INDENT + 1;
        }
    }
    out
}

/// Splits a command line into words; blanks in quotation marks don't split.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    line.split(move |c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ => {}
        }
        c == ' ' && quote.is_none()
    })
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 anything else, 2 usage, 3 refused by the service, 4 outcome unknown, 5 rollout \
failed, 6 rolled back or aborted, 7 waits for confirmation, 8 timed out.";
const TEMPLATE: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";
const CONTINUED: &str = " \\";
/// So that a terminal with 80 columns breaks no line.
const WIDTH: usize = 76;
/// Indentation of continued lines.
const INDENT: usize = 6;

#[cfg(test)]
mod tests {
    use super::{WIDTH, folded, spread, words};

    #[test]
    fn words_are_those_of_a_shell() {
        for (line, found) in [
            ("sae app list", &["sae", "app", "list"][..]),
            ("--query 'a b' c", &["--query", "'a b'", "c"]),
            (r#"x "it's one" y"#, &["x", r#""it's one""#, "y"]),
            ("", &[""]),
        ] {
            assert_eq!(words(line).collect::<Vec<_>>(), found, "{line}");
        }
    }

    #[test]
    fn what_is_too_long_goes_on_where_a_shell_does() {
        let name = "n".repeat(WIDTH / 2);
        for (line, lines) in [
            // What fits, and what is no example, stays as it is.
            ("  sae app list".to_owned(), "  sae app list\n".to_owned()),
            (format!("{name}{name}{name}"), format!("{name}{name}{name}\n")),
            // An option stays with its value.
            (format!("  sae {name} --name {name}"), format!("  sae {name} \\\n      --name {name}\n")),
            (
                format!("  sae {name} --flag --name {name}"),
                format!("  sae {name} --flag \\\n      --name {name}\n"),
            ),
            // Two flags are no option with a value.
            (format!("  sae --{name} --{name}"), format!("  sae --{name} \\\n      --{name}\n")),
        ] {
            assert_eq!(folded(&line), lines, "{line}");
        }
    }

    #[test]
    fn long_json_is_broken_between_its_members_alone() {
        let name = "n".repeat(WIDTH / 3);
        for (word, lines) in [
            ("'[1,2]'".to_owned(), "'[1,2]'".to_owned()),
            (format!("{name}{name}{name},{name}"), format!("{name}{name}{name},{name}")),
            (
                format!(r#"'[{{"a":"{name}","b":"{name}"}},{{"c":"{name}"}}]'"#),
                format!("'[{{\"a\":\"{name}\",\n       \"b\":\"{name}\"}},\n       {{\"c\":\"{name}\"}}]'"),
            ),
            // A comma in a text separates nothing.
            (format!(r#"'["{name},{name},{name}"]'"#), format!(r#"'["{name},{name},{name}"]'"#)),
        ] {
            assert_eq!(spread(&word), lines, "{word}");
        }
    }
}
