//! What somebody who waits sees: one living line on a terminal, a line for each change elsewhere.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, style, truncate_str};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::scene::Scene;
use crate::shown::shown;
use crate::span;
use crate::tell::tell;

/// Shows scenes on standard error, each with the time since the beginning.
pub struct Display {
    started: Instant,
    bar: Option<ProgressBar>,
    living: Arc<Mutex<Living>>,
    said: String,
    phase: String,
}

/// What the living line shows.
#[derive(Debug, Default)]
struct Living {
    scene: Scene,
    /// When it is expected to be over.
    due: Option<Instant>,
}

impl Display {
    pub fn new() -> Self {
        let started = Instant::now();
        let living = Arc::default();
        let bar = is_living().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(look(started, Arc::clone(&living)));
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { started, bar, living, said: String::new(), phase: String::new() }
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
        let line = scene.line(None);
        if self.bar.is_none() {
            if line != self.said {
                self.note(&scene.line(scene.left));
                self.said = line;
            }
            return;
        }
        {
            let mut living = locked(&self.living);
            // The same estimate goes on counting down.
            if living.scene.left != scene.left {
                living.due = scene.left.map(|left| Instant::now() + left);
            }
            living.scene = scene.clone();
        }
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

impl Living {
    /// As much as fits into this many columns.
    fn fitted(&self, room: usize) -> String {
        let left = self.due.map(|due| due.saturating_duration_since(Instant::now()));
        let line = self.scene.line(left.filter(|left| *left >= Duration::from_secs(1)));
        let line = shown(&line);
        let gauge = match self.scene.share {
            Some((done, of)) if of > 0 && WIDTH + GAP + measure_text_width(&line) <= room => gauge(done, of),
            _ => String::new(),
        };
        format!("{gauge}{}", truncate_str(&line, room, "…"))
    }
}

fn locked(living: &Mutex<Living>) -> MutexGuard<'_, Living> {
    living.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Logs of CI systems are no terminals, even where there is a pseudo-terminal.
pub fn is_ci() -> bool {
    !matches!(std::env::var("CI").unwrap_or_default().as_str(), "" | "0" | "false")
}

fn is_living() -> bool {
    std::io::stderr().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb") && !is_ci()
}

fn look(started: Instant, living: Arc<Mutex<Living>>) -> ProgressStyle {
    let Ok(style) = ProgressStyle::with_template("{spinner} {scene}") else {
        return ProgressStyle::default_spinner();
    };
    style.with_key("scene", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        let time = format!("{:>5}", span::watch(started.elapsed()));
        let room = usize::from(Term::stderr().size().1).saturating_sub(FRAME + time.len());
        // A line that can't be written leaves a gap, no more.
        let _ = write!(out, "{time}  {}", locked(&living).fitted(room));
    })
}

/// How much is done, as a bar.
fn gauge(done: usize, of: usize) -> String {
    let full = (done * WIDTH / of).min(WIDTH);
    let (full, rest) = ("━".repeat(full), "─".repeat(WIDTH - full));
    format!("{}{}  ", style(full).for_stderr().cyan(), style(rest).for_stderr().dim())
}

const TICK: Duration = Duration::from_millis(120);
const WIDTH: usize = 20;
const GAP: usize = 2;
/// The spinner, the gaps, and what a terminal echoes of Ctrl-C: it would else begin another row, which nobody clears.
const FRAME: usize = 4 + 3;
