//! A deployment happens once, whatever is lost on the way.

use std::sync::Arc;
use std::time::Duration;

use sae::change_order::ChangeOrder;
use sae::model::{ChangeOrderType, DeployApplication, ListChangeOrders, RestartApplication};
use sae::{Deploy, Error, ErrorKind};

use crate::world::{Fault, Said, Script, World, client_of, fine, ms};

fn deploy(world: &World, app: &str) -> Deploy {
    let request = DeployApplication::new(app).image_url("repo/app:2");
    world.client().deploy(request).settle(ms(20)).poll(ms(2)).timeout(Duration::from_secs(20))
}

/// How many deployments the service has seen, the first one apart.
async fn deployments(world: &World, app: &str) -> usize {
    let orders = world.client().items(ListChangeOrders::new(app)).all().await.expect("a list");
    orders.iter().filter(|order| order.co_type_code == Some(ChangeOrderType::Deploy)).count()
}

async fn succeeded(order: &ChangeOrder) {
    order.wait().poll(ms(2)).await.expect("an end").success().expect("it succeeds");
}

#[tokio::test]
async fn a_deployment_whose_answer_is_lost_is_adopted() {
    let world = World::new().await;
    let app = world.application().await;
    world.way.fails("DeployApplication", &[Fault::LostAfter]);
    let order = deploy(&world, &app).await.expect("it is found");
    succeeded(&order).await;
    assert_eq!(world.way.sent("DeployApplication"), 1);
    assert_eq!(deployments(&world, &app).await, 1);
    assert_eq!(order.app_id(), Some(app.as_str()));
}

#[tokio::test]
async fn a_deployment_that_never_arrived_is_sent_again() {
    let world = World::new().await;
    let app = world.application().await;
    world.way.fails("DeployApplication", &[Fault::LostBefore, Fault::LostAfter]);
    let order = deploy(&world, &app).await.expect("it is deployed");
    succeeded(&order).await;
    assert_eq!(world.way.sent("DeployApplication"), 2);
    assert_eq!(deployments(&world, &app).await, 1);
}

#[tokio::test]
async fn a_deployment_that_never_arrives_stays_unknown_after_three_times() {
    let world = World::new().await;
    let app = world.application().await;
    world.way.fails("DeployApplication", &[Fault::LostBefore; 10]);
    let error = deploy(&world, &app).await.expect_err("it never arrives");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(world.way.sent("DeployApplication"), 3);
    assert_eq!(deployments(&world, &app).await, 0);
}

#[tokio::test]
async fn faults_while_looking_are_waited_out() {
    let world = World::new().await;
    let app = world.application().await;
    world.way.fails("DeployApplication", &[Fault::LostAfter]);
    world.way.fails("ListChangeOrders", &[Fault::LostAfter; 5]);
    succeeded(&deploy(&world, &app).await.expect("it is found")).await;
    assert_eq!(world.way.sent("DeployApplication"), 1);
    assert_eq!(deployments(&world, &app).await, 1);
}

#[tokio::test]
async fn a_token_that_exists_is_adopted_instead_of_sent() {
    let world = World::new().await;
    let app = world.application().await;
    let first = deploy(&world, &app).token("build-7").await.expect("it is deployed");
    succeeded(&first).await;
    let again = deploy(&world, &app).token("build-7").await.expect("it is found");
    assert_eq!(first.id(), again.id());
    let other = deploy(&world, &app).token("build-8").await.expect("it is another one");
    assert_ne!(first.id(), other.id());
    assert_eq!(deployments(&world, &app).await, 2);
}

#[tokio::test]
async fn a_token_is_found_on_later_pages() {
    let world = World::new().await;
    let app = world.application().await;
    let first = deploy(&world, &app).token("old").await.expect("it is deployed");
    succeeded(&first).await;
    for _ in 0..55 {
        let restart = world.client().submit(RestartApplication::new(&app)).await.expect("it is accepted");
        succeeded(&restart).await;
    }
    let again = deploy(&world, &app).token("old").await.expect("it is found");
    assert_eq!(first.id(), again.id());
}

#[tokio::test]
async fn the_token_stands_behind_what_the_caller_says() {
    let world = World::new().await;
    let app = world.application().await;
    let request = DeployApplication::new(&app).image_url("repo/app:2").change_order_desc("release 2");
    let order = world.client().deploy(request).token("t.1").await.expect("it is deployed");
    let order = order.read().await.expect("it is there");
    assert_eq!(order.description.as_deref(), Some("release 2 [sae:t.1]"));
}

#[tokio::test]
async fn what_is_deployed_is_said_where_the_caller_says_nothing() {
    let world = World::new().await;
    let app = world.application().await;
    let image = DeployApplication::new(&app).image_url("repo/app:2");
    let settings = DeployApplication::new(&app).replicas(3);
    for (request, token, said) in
        [(image, "t.1", "image: repo/app:2 [sae:t.1]"), (settings, "t.2", "[sae:t.2]")]
    {
        let order = world.client().deploy(request).token(token).await.expect("it is deployed");
        succeeded(&order).await;
        assert_eq!(order.read().await.expect("it is there").description.as_deref(), Some(said));
    }
}

#[tokio::test]
async fn a_refusal_is_told_at_once() {
    let world = World::new().await;
    let error = deploy(&world, "nothing").await.expect_err("there is no such application");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(world.way.sent("ListChangeOrders"), 0);
    let error = deploy(&world, "app").token("no token").await.expect_err("it has a space");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert_eq!(world.way.sent("DeployApplication"), 1);
}

fn orders(status: i64) -> Said {
    fine(format!(
        r#"{{"Code":"200","Data":{{"TotalSize":1,"ChangeOrderList":[{{"ChangeOrderId":"other","Status":{status},"Description":"x"}}]}}}}"#
    ))
}

async fn unclear(script: Script) -> (Result<ChangeOrder, Error>, Arc<Script>) {
    let script = Arc::new(script);
    let result = client_of(&script).deploy(DeployApplication::new("app")).await;
    (result, script)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_while_another_change_order_is_active() {
    let script =
        Script::default().says("DeployApplication", [Said::Broken]).says("ListChangeOrders", [orders(1)]);
    let (result, script) = unclear(script).await;
    assert!(result.expect_err("nobody can know").is_outcome_unknown());
    assert_eq!(script.urls("DeployApplication").len(), 1);
    assert!(script.urls("ListChangeOrders").len() > 10, "it is looked for until the time is over");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_where_nobody_can_look() {
    let refusal = Said::Refused(403, r#"{"Code":"NoPermission","Message":"no"}"#.to_owned(), None);
    let script =
        Script::default().says("DeployApplication", [Said::Broken]).says("ListChangeOrders", [refusal]);
    let (result, script) = unclear(script).await;
    assert!(result.expect_err("nobody can know").is_outcome_unknown());
    assert_eq!(script.urls("DeployApplication").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_arrives_late_is_adopted_though_it_was_sent_again() {
    // It shows only after the second sending, which it makes the service refuse.
    let busy = r#"{"Code":"Application.ChangerOrderRunning","Message":"busy"}"#;
    let mine = fine(
        r#"{"Code":"200","Data":{"TotalSize":1,"ChangeOrderList":[{"ChangeOrderId":"mine","Status":1,"Description":"[sae:late]"}]}}"#,
    );
    let mut looks = vec![orders(2); 61];
    looks.push(mine);
    let script = Script::default()
        .says("DeployApplication", [Said::Broken, Said::Refused(400, busy.to_owned(), None)])
        .says("ListChangeOrders", looks);
    let script = Arc::new(script);
    let deploy = client_of(&script).deploy(DeployApplication::new("app")).token("late");
    let deploy = deploy.settle(Duration::from_secs(58)).poll(Duration::from_secs(1));
    assert_eq!(deploy.await.expect("it is found").id(), "mine");
    assert_eq!(script.urls("DeployApplication").len(), 2);
}
