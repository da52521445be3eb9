//! What somebody who waits sees: one living line on a terminal, a line for each change elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use console::{Term, style};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::scene::Scene;
use crate::shown::shown;
use crate::span;
use crate::tell::tell;

/// Shows scenes on standard error, each with the time since the beginning.
pub struct Display {
    started: Instant,
    bar: Option<ProgressBar>,
    said: String,
    phase: String,
}

impl Display {
    pub fn new() -> Self {
        let started = Instant::now();
        let bar = is_living().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(look(started));
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { started, bar, said: String::new(), phase: String::new() }
    }

    /// A line that stays.
    pub fn note(&mut self, text: &str) {
        let time = format!("{:>7}", span::watch(self.started.elapsed()));
        let line = format!("{}  {}", style(time).for_stderr().dim(), shown(text));
        match &self.bar {
            Some(bar) => bar.suspend(|| tell!("{line}")),
            None => tell!("{line}"),
        }
        // What follows is said again, even if it was said before.
        self.said.clear();
        self.phase.clear();
    }

    /// The change order as it is now. On a terminal only batches leave a line.
    pub fn show(&mut self, scene: &Scene) {
        let line = scene.line();
        let Some(bar) = &self.bar else {
            if line != self.said {
                self.note(&line);
                self.said = line;
            }
            return;
        };
        let left = scene.left.map(|left| format!(", about {} left", span::watch(left))).unwrap_or_default();
        bar.set_message(format!("{}{}{left}", gauge(scene.share), shown(&line)));
        let phase = format!("{}{}", scene.phase, scene.trouble.as_deref().unwrap_or_default());
        if phase != self.phase {
            self.note(&line);
            self.phase = phase;
        }
    }

    /// Takes the living line away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Logs of CI systems are no terminals, even where there is a pseudo-terminal.
fn is_living() -> bool {
    let says = |name: &str| std::env::var(name).unwrap_or_default();
    let is_ci = !matches!(says("CI").as_str(), "" | "0" | "false");
    std::io::stderr().is_terminal() && says("TERM") != "dumb" && !is_ci
}

fn look(started: Instant) -> ProgressStyle {
    let Ok(style) = ProgressStyle::with_template("{spinner} {time:>5}  {wide_msg}") else {
        return ProgressStyle::default_spinner();
    };
    style.with_key("time", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        // A time that can't be written leaves a gap, no more.
        let _ = out.write_str(&span::watch(started.elapsed()));
    })
}

/// How much is done, as a bar, where the terminal is wide enough for it.
fn gauge(share: Option<(usize, usize)>) -> String {
    let Some((done, of)) = share.filter(|(_, of)| *of > 0) else { return String::new() };
    if Term::stderr().size().1 < NARROW {
        return String::new();
    }
    let full = (done * WIDTH / of).min(WIDTH);
    let (full, rest) = ("━".repeat(full), "─".repeat(WIDTH - full));
    format!("{}{}  ", style(full).for_stderr().cyan(), style(rest).for_stderr().dim())
}

const TICK: Duration = Duration::from_millis(120);
const WIDTH: usize = 20;
const NARROW: u16 = 70;
