//! Checks and how they are printed.

use sae::transport::text::escape_control;

use console::style;

/// A check and its result.
pub struct Check {
    what: &'static str,
    pub state: State,
    found: String,
    /// What to do if something is wrong.
    advice: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum State {
    Well,
    /// Information, neither good nor bad.
    Noted,
    Wrong,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Noted => "note",
            Self::Wrong => "wrong",
        }
    }
}

impl Check {
    pub fn well(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Well, found: found.into(), advice: None }
    }

    pub fn noted(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Noted, found: found.into(), advice: None }
    }

    pub fn wrong(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, state: State::Wrong, found: found.into(), advice: Some(advice.into()) }
    }

    /// Lines for a person.
    pub fn lines(&self, is_terminal: bool) -> String {
        let mark = match (self.state, is_terminal) {
            (State::Well, true) => style("✓").green().to_string(),
            (State::Wrong, true) => style("✗").red().to_string(),
            (State::Noted, true) => "·".to_owned(),
            (state, false) => format!("{:<5}", state.name()),
        };
        let mut lines = format!("{mark} {:<12} {}\n", self.what, escape_control(&self.found));
        if let Some(advice) = &self.advice {
            let gap = if is_terminal { 15 } else { 19 };
            lines.push_str(&format!("{:gap$}-> {}\n", "", escape_control(advice)));
        }
        lines
    }
}

/// All checks as JSON.
pub fn document(checks: &[Check], is_well: bool) -> String {
    let checks: Vec<_> = checks
        .iter()
        .map(|check| {
            serde_json::json!({
                "Check": check.what,
                "State": check.state.name(),
                "Found": check.found,
                "Advice": check.advice,
            })
        })
        .collect();
    let document = serde_json::json!({ "Checks": checks, "Healthy": is_well });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
