//! What somebody who waits sees: one living line on a terminal, a line for each change elsewhere.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, style, truncate_str};

use super::scene::Scene;
use crate::shown::shown;
use crate::span;
use crate::tell::{self, tell};

/// Shows scenes on standard error, each with the time since the beginning.
#[derive(Debug)]
pub struct Display {
    started: Instant,
    living: Option<Arc<Mutex<Living>>>,
    said: String,
    left: Option<Duration>,
    phase: String,
}

/// The line at the bottom of a terminal, drawn anew again and again.
#[derive(Debug)]
struct Living {
    started: Instant,
    scene: Scene,
    /// When it is expected to be over.
    due: Option<Instant>,
    ticks: usize,
    is_over: bool,
}

impl Display {
    pub fn new() -> Self {
        let started = Instant::now();
        let living = is_living().then(|| {
            let living = Living { started, scene: Scene::default(), due: None, ticks: 0, is_over: false };
            let living = Arc::new(Mutex::new(living));
            let drawn = Arc::clone(&living);
            std::thread::spawn(move || {
                while locked(&drawn).tick() {
                    std::thread::sleep(TICK);
                }
            });
            living
        });
        Self { started, living, said: String::new(), left: None, phase: String::new() }
    }

    /// A line that stays.
    pub fn note(&mut self, text: &str) {
        let time = format!("{:>7}", span::watch(self.started.elapsed()));
        let line = format!("{}  {}", style(time).for_stderr().dim(), shown(text));
        match self.living.as_deref().map(locked) {
            Some(living) => {
                draw("");
                tell!("{line}");
                draw(&living.line());
            }
            None => tell!("{line}"),
        }
        // What follows is said again, even if it was said before.
        self.said.clear();
        self.phase.clear();
    }

    /// The change order as it is now. On a terminal only batches leave a line.
    pub fn show(&mut self, scene: &Scene) {
        let line = scene.line(None);
        let Some(living) = &self.living else {
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
    pub fn end(&self) {
        if let Some(mut living) = self.living.as_deref().map(locked) {
            living.is_over = true;
            draw("");
        }
    }
}

impl Living {
    fn see(&mut self, scene: &Scene) {
        // The same estimate goes on counting down.
        if self.scene.left != scene.left {
            self.due = scene.left.map(|left| Instant::now() + left);
        }
        self.scene = scene.clone();
    }

    /// Moves on by a step; false when there is nothing more to draw.
    fn tick(&mut self) -> bool {
        if !self.is_over {
            self.ticks += 1;
            draw(&self.line());
        }
        !self.is_over
    }

    /// As much as fits, without what a terminal echoes of Ctrl-C: that would begin another row, and this one stay.
    fn line(&self) -> String {
        let spinner = SPINNER.chars().cycle().nth(self.ticks % SPINNER.chars().count()).unwrap_or_default();
        let begin = format!("{spinner} {:>5}  ", span::watch(self.started.elapsed()));
        let room = usize::from(Term::stderr().size().1);
        let room = room.saturating_sub(measure_text_width(&begin) + ECHO);
        let left = self.due.map(|due| due.saturating_duration_since(Instant::now()));
        let line = self.scene.line(left.filter(|left| *left >= Duration::from_secs(1)));
        let line = shown(&line);
        let gauge = match self.scene.share {
            Some((done, of)) if of > 0 && WIDTH + 2 + measure_text_width(&line) <= room => gauge(done, of),
            _ => String::new(),
        };
        format!("{begin}{gauge}{}", truncate_str(&line, room, "…"))
    }
}

fn locked(living: &Mutex<Living>) -> MutexGuard<'_, Living> {
    living.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts this in place of the line that stands there.
fn draw(line: &str) {
    tell::part(&format!("\r\u{1b}[2K{line}"));
}

/// Logs of CI systems are no terminals, even where there is a pseudo-terminal.
pub fn is_ci() -> bool {
    !matches!(std::env::var("CI").unwrap_or_default().as_str(), "" | "0" | "false")
}

fn is_living() -> bool {
    std::io::stderr().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb") && !is_ci()
}

/// How much is done, as a bar.
pub fn gauge(done: usize, of: usize) -> String {
    let full = (done * WIDTH).checked_div(of).unwrap_or(0).min(WIDTH);
    let (full, rest) = ("━".repeat(full), "─".repeat(WIDTH - full));
    format!("{}{}  ", style(full).for_stderr().cyan(), style(rest).for_stderr().dim())
}

const TICK: Duration = Duration::from_millis(120);
const WIDTH: usize = 20;
const SPINNER: &str = "⠁⠂⠄⡀⢀⠠⠐⠈";
/// `^C`, and a column for the cursor.
const ECHO: usize = 3;
