//! The progress of a change order: one live line on a terminal, a line for each change elsewhere.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, style, truncate_str};
use indicatif::{ProgressState, ProgressStyle};

use super::progress::ProgressView;

use crate::duration;
use crate::output::columns::escape_and_redact;
use crate::output::status::{LiveLine, status};

/// Shows progress on standard error, each with the time since the beginning.
#[derive(Debug)]
pub struct Display {
    started: Instant,
    live: Option<(LiveLine, Arc<Mutex<Seen>>)>,
    said: String,
    left: Option<Duration>,
    phase: String,
}

/// The content of the live line.
#[derive(Debug, Default)]
struct Seen {
    view: ProgressView,
    /// The expected end.
    due: Option<Instant>,
}

impl Display {
    pub fn new() -> Self {
        let started = Instant::now();
        let live = LiveLine::begin().map(|live| {
            let seen = Arc::default();
            live.bar().set_style(look(started, Arc::clone(&seen)));
            live.bar().enable_steady_tick(TICK);
            (live, seen)
        });
        Self { started, live, said: String::new(), left: None, phase: String::new() }
    }

    /// A line that stays.
    pub fn note(&mut self, text: &str) {
        let time = format!("{:>7}", duration::clock(self.started.elapsed()));
        let line = format!("{}  {}", style(time).for_stderr().dim(), escape_and_redact(text));
        status!("{line}");
        // Repeat the next status even if it is unchanged.
        self.said.clear();
        self.phase.clear();
    }

    /// Shows the present state. On a terminal, only a new batch leaves a line.
    pub fn show(&mut self, view: &ProgressView) {
        let line = view.line(None);
        let Some((_, seen)) = &self.live else {
            if line != self.said {
                // A printed line doesn't count down, so an estimate is printed once.
                self.note(&view.line(view.left.filter(|_| view.left != self.left)));
                self.said = line;
                self.left = view.left;
            }
            return;
        };
        locked(seen).see(view);
        let phase = format!("{}{}", view.phase, view.trouble.as_deref().unwrap_or_default());
        if phase != self.phase {
            self.note(&line);
            self.phase = phase;
        }
    }

    /// Takes the live line away.
    pub fn end(&mut self) {
        self.live = None;
    }
}

impl Seen {
    fn see(&mut self, view: &ProgressView) {
        // An unchanged estimate keeps counting down.
        if self.view.left != view.left {
            self.due = view.left.map(|left| Instant::now() + left);
        }
        self.view = view.clone();
    }

    /// As much as fits.
    fn line(&self) -> String {
        let room = usize::from(Term::stderr().size().1).saturating_sub(BEGIN);
        let left = self.due.map(|due| due.saturating_duration_since(Instant::now()));
        let line = self.view.line(left.filter(|left| *left >= Duration::from_secs(1)));
        let line = escape_and_redact(&line);
        let gauge = match self.view.share {
            Some((done, of)) if of > 0 && WIDTH + 2 + measure_text_width(&line) <= room => gauge(done, of),
            _ => String::new(),
        };
        format!("{gauge}{}", truncate_str(&line, room, "…"))
    }
}

fn locked(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(started: Instant, seen: Arc<Mutex<Seen>>) -> ProgressStyle {
    let Ok(style) = ProgressStyle::with_template("{spinner} {time:>5}  {view}") else {
        return ProgressStyle::default_spinner();
    };
    // A failed write leaves a gap in the line.
    style
        .with_key("time", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&duration::clock(started.elapsed()));
        })
        .with_key("view", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&locked(&seen).line());
        })
}

/// A progress bar.
fn gauge(done: usize, of: usize) -> String {
    let full = (done * WIDTH).checked_div(of).unwrap_or(0).min(WIDTH);
    let (full, rest) = ("━".repeat(full), "─".repeat(WIDTH - full));
    format!("{}{}  ", style(full).for_stderr().cyan(), style(rest).for_stderr().dim())
}

const TICK: Duration = Duration::from_millis(120);
const WIDTH: usize = 20;
/// Width of spinner and time with the gaps after them.
const BEGIN: usize = 9;
