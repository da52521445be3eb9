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

/// A line of an example that is too long, as several that a shell takes for one. An option and its value stay together if they can.
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

/// JSON between quotation marks of the shell, over several lines if it is too long for one.
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
/// Of the lines after the first.
const INDENT: usize = 6;
