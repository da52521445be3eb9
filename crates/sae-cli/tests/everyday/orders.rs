//! `sae order watch`, `confirm`, `abort`, `rollback`.

use sae_local::Fault;

use crate::program::{Program, golden};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_order_is_steered_by_the_name_of_its_application() {
    let program = Program::start().await.with_application().await;
    let deploy = "deploy --app web --image repo/web:2 --batches 2 --manual --no-wait";
    golden!(
        program
            .session(&[
                deploy,
                "order watch --app web",
                "order abort --app web",
                "order watch --app web",
                "order confirm --app web",
                "order abort --app web",
                deploy,
                "order rollback --app web",
                "order rollback --app web",
                "order watch",
                "order watch --app nobody",
                "order watch nothing",
            ])
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_has_failed_can_be_taken_back() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let failed = program.run(&["deploy", "--app", "web", "--image", "repo/web:bad"]).await;
    assert_eq!(failed.code, 5, "{}", failed.stderr);
    let order = failed.stdout.trim();
    program.must(&["order", "rollback", order]).await;
    let image = program.must(&["app", "show", "web", "--query", "Config.ImageUrl", "--output", "text"]).await;
    assert_eq!(image, "repo/web:1\n");
}
