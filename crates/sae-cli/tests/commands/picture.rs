//! The picture in the README shows a real run of the program in a terminal. `UPDATE_DOCS=1` draws it again.

use std::fmt::Write as _;
use std::num::NonZero;
use std::time::Duration;

use console::strip_ansi_codes;
use sae_local::{Control, Fault, Pace};
use vt100::{Cell, Color, Parser};

use crate::guide::{ADVICE, documentation, normal};
use crate::program::{Program, content};
use crate::terminal::driven_on_terminal;

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_in_the_readme_is_what_a_terminal_shows() {
    let second = Duration::from_secs(1);
    let program = Program::at(Pace::instant().prepare(second).start(second).stop(second)).await;
    program.must(&["ns", "create", "cn-hangzhou:demo"]).await;
    program.must(&["app", "create", "shop", "-n", "demo", "--image", "repo/shop:1", "--replicas", "3"]).await;
    // Time passes with the lines that are printed, so that each state is seen.
    program.control().freeze();
    let size = [ROWS, COLUMNS].map(|length| NonZero::new(length).expect("more than nothing"));
    let mut terminal = Parser::new(size[0], size[1], 0);
    for line in [
        "deploy shop --image repo/shop:2 --batches 3",
        "deploy shop --image repo/shop:3 --on-failure rollback",
        "app list",
    ] {
        if line.contains("shop:3") {
            program.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
        }
        terminal.process(format!("\x1b[32m$\x1b[0m \x1b[1msae {line}\x1b[0m\r\n").as_bytes());
        let arguments: Vec<_> = line.split(' ').collect();
        let mut clock = Clock { control: program.control(), seen: String::new(), looks: 0 };
        let (_, seen) = driven_on_terminal(&program, COLUMNS, &arguments, move |part| clock.tick(part)).await;
        terminal.process(seen.as_bytes());
        terminal.process(b"\r\n");
        program.control().advance(Duration::from_mins(1));
    }
    let drawn = svg(&terminal);
    let place = documentation("docs/rollout.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(place, drawn).expect("the picture can be written");
        return;
    }
    assert_eq!(normal(&content(&place)), normal(&drawn), "{ADVICE}");
}

/// Advances the clock by a second when a state is shown, or when the program has polled without a change.
struct Clock {
    control: Control,
    seen: String,
    looks: usize,
}

impl Clock {
    fn tick(&mut self, part: &str) {
        let part = strip_ansi_codes(part).into_owned();
        let Some(state) = UNDER_WAY.iter().find_map(|phase| part.find(phase).map(|at| &part[at..])) else {
            return;
        };
        // What changes without the state, or is cut.
        let state = state.split(", abnormal").next().unwrap_or_default().trim_end();
        let requests = self.control.requests();
        let looks = requests.iter().filter(|it| it.operation == Some("DescribeChangeOrder")).count();
        if state != self.seen || looks > self.looks + 2 {
            self.control.advance(Duration::from_secs(1));
            state.clone_into(&mut self.seen);
            self.looks = looks;
        }
    }
}

/// The terminal as an SVG picture: a text element for each run of cells that look the same.
fn svg(terminal: &Parser) -> String {
    let screen = terminal.screen();
    let used = (0..ROWS).rev().find(|row| !screen.contents_between(*row, 0, *row, COLUMNS).trim().is_empty());
    let rows = used.expect("something was printed") + 1;
    let (width, height) = (COLUMNS * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" \
         font-size=\"13\">\n<style>text{{white-space:pre;fill:#d4d4d4}}.bold{{font-weight:bold}}\
         .dim{{opacity:.6}}.c1{{fill:#f14c4c}}.c2{{fill:#23d18b}}.c3{{fill:#e5e510}}.c6{{fill:#29b8db}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#1e1e1e\"/>\n"
    );
    for row in 0..rows {
        let mut run: Option<(u16, String, String)> = None;
        for column in 0..=COLUMNS {
            let cell = screen.cell(row, column);
            let class = cell.map(class).unwrap_or_default();
            match &mut run {
                Some((_, look, text)) if *look == class && cell.is_some() => text.push_str(&letter(cell)),
                _ => {
                    if let Some((from, look, text)) = run.take() {
                        draw(&mut svg, row, from, &look, text.trim_end());
                    }
                    run = cell.is_some().then(|| (column, class, letter(cell)));
                }
            }
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, row: u16, column: u16, class: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let (x, y) = (MARGIN + column * CELL.0, MARGIN + row * CELL.1 + BASELINE);
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    writeln!(svg, "<text x=\"{x}\" y=\"{y}\"{class}>{text}</text>").expect("a text takes all");
}

fn class(cell: &Cell) -> String {
    let colour = match cell.fgcolor() {
        Color::Idx(number) => format!("c{}", number % 8),
        Color::Default | Color::Rgb(..) => String::new(),
    };
    let looks = [cell.bold().then_some("bold"), cell.dim().then_some("dim"), Some(colour.as_str())];
    looks.into_iter().flatten().filter(|look| !look.is_empty()).collect::<Vec<_>>().join(" ")
}

fn letter(cell: Option<&Cell>) -> String {
    match cell.map(Cell::contents) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => " ".to_owned(),
    }
}

/// Text in lines about a running change order.
const UNDER_WAY: [&str; 3] = ["preparing", "running", "batch "];
const ROWS: u16 = 60;
const COLUMNS: u16 = 112;
/// Width and height of a letter.
const CELL: (u16, u16) = (8, 18);
const BASELINE: u16 = 13;
const MARGIN: u16 = 16;
