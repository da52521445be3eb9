//! What the demo prints: headings, facts, and a progress bar on a terminal or plain lines elsewhere.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::IsTerminal as _;
use std::time::Duration;

use console::style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::counted::Tally;
use crate::failure::Failure;
use crate::output::stdout;

pub struct Screen {
    terminal: bool,
    step: std::cell::Cell<u32>,
}

impl Screen {
    pub fn new() -> Self {
        Self { terminal: std::io::stdout().is_terminal(), step: std::cell::Cell::new(0) }
    }

    pub fn title(&self, text: &str) -> Result<(), Failure> {
        self.lines(&[&style(text).bold(), &""])
    }

    pub fn heading(&self, text: &str) -> Result<(), Failure> {
        self.step.set(self.step.get() + 1);
        let heading = format!("{:>2}  {}", style(self.step.get()).cyan(), style(text).bold());
        self.lines(&[&"", &heading])
    }

    pub fn fact(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.lines(&[&format!("    {}  {value}", style(format!("{name:<28}")).dim())])
    }

    pub fn good(&self, text: &str) -> Result<(), Failure> {
        self.lines(&[&format!("    {} {text}", style("✓").green())])
    }

    /// Quotes a text: indented and truncated to one screen.
    pub fn quote(&self, text: &str) -> Result<(), Failure> {
        for line in text.lines().take(MAX_QUOTED) {
            self.lines(&[&format!("      {}", style(line).dim())])?;
        }
        match text.lines().count().saturating_sub(MAX_QUOTED) {
            0 => Ok(()),
            left => self.lines(&[&format!("      {}", style(format!("… {left} more lines")).dim())]),
        }
    }

    /// A rollout under way.
    pub fn progress(&self) -> Progress<'_> {
        let target = if self.terminal { ProgressDrawTarget::stdout() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(look) = ProgressStyle::with_template("    {spinner:.cyan} {bar:24.cyan/dim} {msg}") {
            bar.set_style(look.progress_chars("━━─"));
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar, screen: self, last: String::new() }
    }

    pub fn closing_table(&self, calls: &BTreeMap<String, Tally>, elapsed: Duration) -> Result<(), Failure> {
        let width = calls.keys().map(String::len).max().unwrap_or(0).max("Operation".len());
        let rule = style("─".repeat(width + 24)).dim();
        let titles = style(format!("{:<width$}  {:>6}  {:>14}", "Operation", "Calls", "Mean time")).bold();
        self.lines(&[&"", &titles, &rule])?;
        let row = |name: &str, tally: Tally| {
            self.lines(&[&format!("{name:<width$}  {:>6}  {:>11.2} ms", tally.calls, mean_ms(tally))])
        };
        let mut total = Tally::default();
        for (operation, tally) in calls {
            row(operation, *tally)?;
            total.calls += tally.calls;
            total.time += tally.time;
        }
        self.lines(&[&rule])?;
        row(&format!("{} operations", calls.len()), total)?;
        let end = format!(
            "Done in {:.1} s. Nothing is left behind: the server and its state ended with this program.",
            elapsed.as_secs_f64()
        );
        self.lines(&[&"", &end])
    }

    /// Prints lines. If nobody reads them, the demo ends without a failure.
    #[expect(clippy::unused_self, reason = "whatever the audience sees goes through the screen")]
    fn lines(&self, lines: &[&dyn Display]) -> Result<(), Failure> {
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        let text = lines.join("\n") + "\n";
        if stdout::write_and_look(text.as_bytes())? { Ok(()) } else { Err(Failure::NoReader) }
    }
}

fn mean_ms(tally: Tally) -> f64 {
    tally.time.as_secs_f64() * 1e3 / f64::from(tally.calls.max(1))
}

const MAX_QUOTED: usize = 24;

/// A rollout under way.
pub struct Progress<'a> {
    bar: ProgressBar,
    screen: &'a Screen,
    last: String,
}

impl Progress<'_> {
    /// Shows progress. Without a terminal, each change is printed as a line.
    pub fn show(&mut self, done: usize, of: usize, message: &str) -> Result<(), Failure> {
        self.bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        self.bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        self.bar.set_message(message.to_owned());
        if self.screen.terminal || message == self.last {
            return Ok(());
        }
        message.clone_into(&mut self.last);
        self.screen.lines(&[&format!("    … {message}")])
    }

    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}
