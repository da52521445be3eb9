//! `sae order watch`, `confirm`, `abort`, `rollback`.

use sae_local::Fault;

use crate::program::{Program, golden};
use crate::terminal::{Typed, on_terminal};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_order_is_found_by_the_name_of_its_application() {
    let program = Program::start().await.with_application().await;
    let deploy = "deploy --app web --image repo/web:2 --batches 2 --manual --no-wait";
    golden!(
        program
            .session(&[
                deploy,
                "order watch --app web",
                "order abort --app web --yes",
                "order watch --app web",
                "order confirm --app web --no-wait",
                "order abort --app web --yes",
                deploy,
                "order rollback --app web --yes",
                "order rollback --app web --yes",
                "order watch",
                "order watch --app nobody",
                "order watch nothing",
                "order confirm web",
            ])
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_change_order_can_be_rolled_back() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let failed = program.run(&["deploy", "--app", "web", "--image", "repo/web:bad"]).await;
    assert_eq!(failed.code, 5, "{}", failed.stderr);
    let order = failed.stdout.trim();
    let old = program.run(&["order", "watch", order]).await;
    assert_eq!(old.code, 5, "{}", old.stderr);
    assert!(old.stderr.contains(" failed\n") && !old.stderr.contains(" after "), "{}", old.stderr);
    let restored = program.run(&["order", "rollback", "--yes", order]).await;
    assert!(restored.stderr.ends_with("the previous version is running again\n"), "{}", restored.stderr);
    let taken_back = program.run(&["order", "watch", order]).await;
    assert_eq!(taken_back.code, 6, "{}", taken_back.stderr);
    assert!(taken_back.stderr.contains("was rolled back by "), "{}", taken_back.stderr);
    let image = program.must(&["app", "show", "web", "--query", "Config.ImageUrl", "--output", "text"]).await;
    assert_eq!(image, "repo/web:1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_it_reports_what_was_done() {
    let program = Program::start().await.with_application().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2", "--manual"];
    let order = program.run(&deploy).await.stdout;
    let confirmed = program.run(&["order", "confirm", order.trim(), "--no-wait"]).await;
    assert_eq!((confirmed.code, confirmed.stdout.as_str()), (0, ""));
    assert_eq!(confirmed.stderr, format!("change order {} is confirmed\n", order.trim()));
}

#[tokio::test(flavor = "multi_thread")]
async fn aborting_and_rolling_back_ask_for_confirmation() {
    let program = Program::start().await.with_application().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2", "--manual"];
    let order = program.run(&deploy).await.stdout;
    for verb in ["abort", "rollback"] {
        let refused = program.run(&["order", verb, order.trim()]).await;
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(
            refused.stderr.contains("--yes") && refused.stderr.contains(order.trim()),
            "{}",
            refused.stderr
        );
        let asked = ["order", verb, "--app", "web"];
        let (code, seen) = on_terminal(&program, 100, &asked, &[Typed("[y/N]", "n\r")]).await;
        assert_eq!(code, 1, "{seen}");
        assert!(seen.contains("cancelled; nothing was changed"), "{seen}");
        let status = ["order", "show", order.trim(), "--query", "Status"];
        assert_eq!(program.must(&status).await.trim(), "8", "it still waits for its confirmation");
    }
    let asked = ["order", "abort", order.trim()];
    let (code, seen) = on_terminal(&program, 100, &asked, &[Typed("[y/N]", "y\r")]).await;
    assert_eq!(code, 0, "{seen}");
}
