//! What the audience sees: headings, facts, a living progress bar on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use console::style;

use super::counted::Tally;
use crate::rollout::gauge;

pub struct Stage {
    terminal: bool,
    step: std::cell::Cell<u32>,
}

#[expect(clippy::unused_self, reason = "whatever the audience sees goes through the stage")]
impl Stage {
    pub fn new() -> Self {
        Self { terminal: std::io::stdout().is_terminal(), step: std::cell::Cell::new(0) }
    }

    pub fn title(&self, text: &str) {
        println!("{}", style(text).bold());
        println!();
    }

    pub fn heading(&self, text: &str) {
        self.step.set(self.step.get() + 1);
        println!();
        println!("{:>2}  {}", style(self.step.get()).cyan(), style(text).bold());
    }

    pub fn fact(&self, name: &str, value: &str) {
        println!("    {}  {value}", style(format!("{name:<28}")).dim());
    }

    pub fn good(&self, text: &str) {
        println!("    {} {text}", style("✓").green());
    }

    /// Text as it came, indented and cut to a screenful.
    pub fn quote(&self, text: &str) {
        for line in text.lines().take(MAX_QUOTED) {
            println!("      {}", style(line).dim());
        }
        let left = text.lines().count().saturating_sub(MAX_QUOTED);
        if left > 0 {
            println!("      {}", style(format!("… {left} more lines")).dim());
        }
    }

    /// A rollout under way.
    pub fn progress(&self) -> Progress {
        Progress { terminal: self.terminal, last: String::new() }
    }

    pub fn closing_table(&self, calls: &BTreeMap<String, Tally>, elapsed: Duration) {
        let width = calls.keys().map(String::len).max().unwrap_or(0).max("Operation".len());
        let rule = "─".repeat(width + 24);
        println!();
        println!("{}", style(format!("{:<width$}  {:>6}  {:>14}", "Operation", "Calls", "Mean time")).bold());
        println!("{}", style(&rule).dim());
        let mut total = Tally::default();
        for (operation, tally) in calls {
            println!("{operation:<width$}  {:>6}  {:>11.2} ms", tally.calls, mean_ms(*tally));
            total.calls += tally.calls;
            total.time += tally.time;
        }
        println!("{}", style(&rule).dim());
        println!(
            "{:<width$}  {:>6}  {:>11.2} ms",
            format!("{} operations", calls.len()),
            total.calls,
            mean_ms(total)
        );
        println!();
        println!(
            "Done in {:.1} s. Nothing is left behind: the server and its state ended with this program.",
            elapsed.as_secs_f64()
        );
    }
}

fn mean_ms(tally: Tally) -> f64 {
    tally.time.as_secs_f64() * 1e3 / f64::from(tally.calls.max(1))
}

const MAX_QUOTED: usize = 24;

/// A rollout under way.
pub struct Progress {
    terminal: bool,
    last: String,
}

impl Progress {
    /// Shows how much is done, and what happens now. Where there is no terminal, each change is a line.
    pub fn show(&mut self, done: usize, of: usize, message: &str) {
        if self.terminal {
            self.draw(&format!("    {}{message}", gauge(done, of)));
        } else if message != self.last {
            println!("    … {message}");
            message.clone_into(&mut self.last);
        }
    }

    pub fn end(self) {
        self.draw("");
    }

    fn draw(&self, line: &str) {
        if self.terminal {
            print!("\r\u{1b}[2K{line}");
            // What isn't seen now is seen with the next line.
            let _ = std::io::stdout().flush();
        }
    }
}
