//! What somebody who waits sees: one living line on a terminal, a line for each change elsewhere.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, style, truncate_str};
use indicatif::{ProgressState, ProgressStyle};

use super::scene::Scene;

use crate::columns::shown;
use crate::duration;
use crate::tell::{Living, tell};

/// Shows scenes on standard error, each with the time since the beginning.
#[derive(Debug)]
pub struct Display {
    started: Instant,
    living: Option<(Living, Arc<Mutex<Seen>>)>,
    said: String,
    left: Option<Duration>,
    phase: String,
}

/// What the line at the bottom of a terminal says.
#[derive(Debug, Default)]
struct Seen {
    scene: Scene,
    /// When it is expected to be over.
    due: Option<Instant>,
}

impl Display {
    pub fn new() -> Self {
        let started = Instant::now();
        let living = Living::begin().map(|living| {
            let seen = Arc::default();
            living.bar().set_style(look(started, Arc::clone(&seen)));
            living.bar().enable_steady_tick(TICK);
            (living, seen)
        });
        Self { started, living, said: String::new(), left: None, phase: String::new() }
    }

    /// A line that stays.
    pub fn note(&mut self, text: &str) {
        let time = format!("{:>7}", duration::clock(self.started.elapsed()));
        let line = format!("{}  {}", style(time).for_stderr().dim(), shown(text));
        tell!("{line}");
        // What follows is said again, even if it was said before.
        self.said.clear();
        self.phase.clear();
    }

    /// The change order as it is now. On a terminal only batches leave a line.
    pub fn show(&mut self, scene: &Scene) {
        let line = scene.line(None);
        let Some((_, living)) = &self.living else {
            if line != self.said {
                // What stays doesn't count down, so an estimate is told once.
                self.note(&scene.line(scene.left.filter(|_| scene.left != self.left)));
                self.said = line;
                self.left = scene.left;
            }
            return;
        };
        locked(living).see(scene);
        let phase = format!("{}{}", scene.phase, scene.trouble.as_deref().unwrap_or_default());
        if phase != self.phase {
            self.note(&line);
            self.phase = phase;
        }
    }

    /// Takes the living line away.
    pub fn end(&mut self) {
        self.living = None;
    }
}

impl Seen {
    fn see(&mut self, scene: &Scene) {
        // The same estimate goes on counting down.
        if self.scene.left != scene.left {
            self.due = scene.left.map(|left| Instant::now() + left);
        }
        self.scene = scene.clone();
    }

    /// As much as fits.
    fn line(&self) -> String {
        let room = usize::from(Term::stderr().size().1).saturating_sub(BEGIN);
        let left = self.due.map(|due| due.saturating_duration_since(Instant::now()));
        let line = self.scene.line(left.filter(|left| *left >= Duration::from_secs(1)));
        let line = shown(&line);
        let gauge = match self.scene.share {
            Some((done, of)) if of > 0 && WIDTH + 2 + measure_text_width(&line) <= room => gauge(done, of),
            _ => String::new(),
        };
        format!("{gauge}{}", truncate_str(&line, room, "…"))
    }
}

fn locked(living: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    living.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(started: Instant, living: Arc<Mutex<Seen>>) -> ProgressStyle {
    let Ok(style) = ProgressStyle::with_template("{spinner} {time:>5}  {scene}") else {
        return ProgressStyle::default_spinner();
    };
    // What can't be written leaves a gap, no more.
    style
        .with_key("time", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&duration::clock(started.elapsed()));
        })
        .with_key("scene", move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&locked(&living).line());
        })
}

/// How much is done, as a bar.
fn gauge(done: usize, of: usize) -> String {
    let full = (done * WIDTH).checked_div(of).unwrap_or(0).min(WIDTH);
    let (full, rest) = ("━".repeat(full), "─".repeat(WIDTH - full));
    format!("{}{}  ", style(full).for_stderr().cyan(), style(rest).for_stderr().dim())
}

const TICK: Duration = Duration::from_millis(120);
const WIDTH: usize = 20;
/// Spinner and time, with the gaps after them.
const BEGIN: usize = 9;
