//! Help in one layout, whatever a command has to say.

use clap::Command;

/// The command and all below it: what is long stands above the options, and these are laid out alike; no example is broken by a
/// narrow terminal in a place where a shell would not go on.
pub fn laid_out(command: Command) -> Command {
    let mut command = command.mut_subcommands(laid_out);
    if let Some(about) = command.get_long_about().cloned() {
        // A text of this kind switches to another layout of the options.
        command = command.long_about(None).before_help(about).help_template(TEMPLATE);
    }
    match command.get_after_help().map(|text| text.to_string().lines().map(folded).collect::<String>()) {
        Some(text) => command.after_help(text.trim_end().to_owned()),
        None => command,
    }
}

/// A line of an example that is too long, as several that a shell takes for one. An option and its value stay together.
fn folded(line: &str) -> String {
    if line.len() <= WIDTH || !line.starts_with("  ") {
        return format!("{line}\n");
    }
    let mut parts: Vec<String> = Vec::new();
    for word in words(line.trim_start()) {
        match parts.last_mut().filter(|last| last.starts_with('-') && !last.contains(' ')) {
            Some(option) if !word.starts_with('-') => option.push_str(&format!(" {word}")),
            _ => parts.push(word.to_owned()),
        }
    }
    let mut out = String::new();
    let mut current = String::from(" ");
    for part in parts {
        if current.len() + part.len() + CONTINUED.len() >= WIDTH {
            out.push_str(&format!("{current}{CONTINUED}\n"));
            current = " ".repeat(5);
        }
        current.push_str(&format!(" {part}"));
    }
    format!("{out}{current}\n")
}

/// The words of a command line; blanks between quotation marks separate none.
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

const TEMPLATE: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";
const CONTINUED: &str = " \\";
/// On a terminal of eighty columns nothing is broken.
const WIDTH: usize = 76;
