//! Output on a terminal: pages and tables that fit it, and the updating line of a rollout.

use crate::program::{FILTERS, Program};
use crate::terminal::{on_terminal, plain};

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_tables_fit_and_name_hidden_columns() {
    let program = stocked().await;
    let app = program.must(&["app", "list", "-q"]).await;
    let order = program.must(&["order", "list", "web", "-q", "--limit", "1"]).await;
    let query = "Data.{name:AppName,runs:ImageUrl}";
    let call =
        format!("call DescribeApplicationConfig --AppId {} --output table --query {query}", app.trim());
    let show = format!("order show {}", order.trim());
    let mut seen = String::new();
    for (width, command) in [
        (200, "app list"),
        (80, "app list"),
        (45, "app list"),
        (80, "app show web"),
        (45, "app show web"),
        (80, "app history web"),
        (45, "app history web"),
        (45, "instance list web"),
        (45, &call),
        (110, &show),
        (45, &show),
    ] {
        seen.push_str(&screen(&program, width, command).await);
    }
    assert!(!seen.contains("hush"), "{seen}");
    golden("pages_and_tables", &seen.replace(app.trim(), "[app]").replace(order.trim(), "[order]"));
}

#[tokio::test(flavor = "multi_thread")]
async fn narrow_terminals_keep_names_and_states() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop", "--name", "名前空間の名前"]).await;
    let image = "registry.cn-hangzhou.aliyuncs.com/名前空間/storefront:2026-08-01";
    let described = "店の表の説明である長い文";
    let create = ["app", "create", "storefront", "-n", "shop", "--image", image, "--description", described];
    program.must(&create).await;
    let order = program.must(&["order", "list", "storefront", "-q"]).await;
    let show = format!("order show {}", order.trim());
    for width in [20, 40, 60, 80] {
        for command in [
            "order list storefront",
            "ns list",
            "app list",
            "app show storefront",
            "slb show storefront",
            &show,
        ] {
            let screen = screen(&program, width, command).await;
            let kept: &[&str] = match command {
                "order list storefront" => &["STATUS", "succeeded"],
                "ns list" => &["  NAME", "  名前"],
                "app list" => &["storefront", "RUNNING", "1/1"],
                "slb show storefront" => &["no load balancers;"],
                _ => &["STATUS", "CREATED"],
            };
            for words in kept {
                assert!(screen.contains(words), "{words}: {screen}");
            }
        }
    }
    // Narrower than anybody has it: still within the width.
    for width in [1, 2, 3, 5, 10, 15] {
        let (code, seen) = on_terminal(&program, width, &["app", "show", "storefront"], &[]).await;
        assert_eq!(code, 0, "{seen}");
        for line in plain(&seen) {
            assert!(console::measure_text_width(&line) <= usize::from(width.max(4)), "{width}: {line}");
        }
    }
}

/// An application with a secret, a second change order, and names that are long.
async fn stocked() -> Program {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let image = "registry.cn-hangzhou.aliyuncs.com/shop/storefront:2026-08-01";
    let create = "app create web -n shop --replicas 2 -e PASSWORD=hush -e MODE=live --description Storefront";
    program.must(&create.split(' ').chain(["--image", image]).collect::<Vec<_>>()).await;
    program.must(&["app", "restart", "web"]).await;
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_terminal_shows_a_rollout_by_batches() {
    let program = stocked().await;
    let deploy = "deploy --app web --image repo/web:2 --batches 2";
    let mut told = String::new();
    for width in [100, 45] {
        let (code, seen) = on_terminal(&program, width, &deploy.split(' ').collect::<Vec<_>>(), &[]).await;
        assert_eq!(code, 0, "{seen}");
        // What stands there at the end: the living line is gone, and what it drew over as well.
        let lines = last_frame(&seen);
        let times = |line: &&String| line.contains("change order") || line.contains("succeeded");
        told.push_str(&format!("{width} columns $ sae {deploy}\n"));
        for line in lines.iter().filter(times) {
            let (_, said) = line.trim_start().split_once("  ").expect("a time stands before it");
            told.push_str(&format!("  {said}\n"));
        }
        assert!(lines.last().is_some_and(|line| line.contains("succeeded in 2 batches")), "{lines:?}");
    }
    golden("a_rollout", &told);
}

/// The lines of a terminal after all output. What was overwritten is gone.
fn last_frame(seen: &str) -> Vec<String> {
    let lines = seen.lines().map(|line| {
        let kept = line.trim_end_matches('\r').rsplit(['\r']).next().unwrap_or_default();
        let kept = kept.rsplit("\u{1b}[2K").next().unwrap_or_default();
        console::strip_ansi_codes(kept).trim_end().to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// The lines that a person sees, none wider than the terminal.
async fn screen(program: &Program, width: u16, command: &str) -> String {
    let (code, seen) = on_terminal(program, width, &command.split(' ').collect::<Vec<_>>(), &[]).await;
    assert_eq!(code, 0, "{command}: {seen}");
    let mut told = format!("{width} columns $ sae {command}\n");
    for line in plain(&seen) {
        let fits = console::measure_text_width(&line) <= usize::from(width);
        assert!(fits, "{width}: {command}: {line}");
        told.push_str(format!("  {line}").trim_end());
        told.push('\n');
    }
    told + "\n"
}

fn golden(name: &str, seen: &str) {
    let filters: Vec<_> = CUT.iter().chain(FILTERS).copied().collect();
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(name, seen) });
}

/// Identifiers that are shortened in the middle, or wrapped.
const CUT: &[(&str, &str)] = &[
    (r"\b[0-9a-f][0-9a-f-]{20,}\n +[0-9a-f-]+\b", "[folded id]"),
    (r"web-[0-9a-f-]+…[0-9a-f-]*-[0-9a-z]{5}\b", "[cut instance]"),
    (r"\b[0-9a-f][0-9a-f-]+…[0-9a-f-]*", "[cut id]"),
];
