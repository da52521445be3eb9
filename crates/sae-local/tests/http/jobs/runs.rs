//! Runs of jobs: by call and by schedule, in the time of the tenant.

use std::time::Duration;

use sae_local::{Control, Fault, LocalSae, Pace};
use serde_json::{Value, json};

use super::{call, create, described, done};

/// A server whose clock stands still.
async fn server(pace: Pace) -> (LocalSae, Control) {
    let local = LocalSae::builder().pace(pace).start().await.unwrap();
    let control = local.control();
    control.freeze();
    (local, control)
}

/// A pace at which an instance starts in 90 seconds.
fn slow() -> Pace {
    Pace::instant().start(Duration::from_secs(90))
}

async fn exec(local: &LocalSae, job: &str, more: &[(&str, &str)]) -> String {
    let query = [&[("AppId", job)], more].concat();
    let executed = done(local, "ExecJob", &query).await.json()["Data"].take();
    assert_eq!(
        json!([executed["Code"], executed["Msg"], executed["Success"]]),
        json!(["200", "success", "true"])
    );
    executed["Data"].as_str().unwrap().to_owned()
}

async fn status(local: &LocalSae, job: &str, run: &str) -> Value {
    done(local, "DescribeJobStatus", &[("AppId", job), ("JobId", run)]).await.json()["Data"].take()
}

/// How far a run has come, and how many of its instances run, have succeeded and have failed.
async fn progress(local: &LocalSae, job: &str, run: &str) -> Value {
    let status = status(local, job, run).await;
    json!([status["State"], status["Active"], status["Succeeded"], status["Failed"]])
}

/// Lets time go by until the schedule of a job has started its first run.
async fn to_minute(local: &LocalSae, job: &str, control: &Control) {
    while states(local, job).await.is_empty() {
        control.advance(Duration::from_secs(1));
    }
}

/// The states of the runs, newest first.
async fn states(local: &LocalSae, job: &str) -> String {
    let history = done(local, "DescribeJobHistory", &[("AppId", job)]).await.json();
    let runs = history["Data"]["Jobs"].as_array().unwrap();
    runs.iter().map(|run| run["State"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_call_starts_a_run_that_is_followed_to_its_end() {
    let (local, control) = server(slow().prepare(Duration::from_secs(10))).await;
    let job = create(&local, &[]).await;
    let none = done(&local, "DescribeJobStatus", &[("AppId", &job)]).await.json();
    assert_eq!(none["Data"], json!({ "State": "0" }), "a job without runs");
    let run = exec(&local, &job, &[]).await;
    assert!(run.starts_with("manual-"), "{run}");
    assert_eq!(progress(&local, &job, &run).await, json!(["0", 0, 0, 0]));
    control.advance(Duration::from_secs(10));
    assert_eq!(progress(&local, &job, &run).await, json!(["3", 3, 0, 0]));
    control.advance(Duration::from_secs(90));
    assert_eq!(progress(&local, &job, &run).await, json!(["1", 0, 3, 0]));
    let ended = status(&local, &job, &run).await;
    let (start, end) = (ended["StartTime"].as_i64().unwrap(), ended["CompletionTime"].as_i64().unwrap());
    assert_eq!(end - start, 100, "times are in seconds");
    let latest = done(&local, "DescribeJobStatus", &[("AppId", &job)]).await.json();
    assert_eq!(latest["Data"]["JobId"], run);
    let listed = done(&local, "ListJobs", &[]).await.json()["Data"]["Applications"][0].take();
    assert_eq!(
        json!([
            listed["LastJobState"],
            listed["Succeeded"],
            listed["LastStartTime"],
            listed["CompletionTime"]
        ]),
        json!(["1", 3, start, end])
    );
}

#[tokio::test]
async fn what_a_call_gives_applies_to_its_run_alone() {
    let (local, control) = server(Pace::instant()).await;
    let job = create(&local, &[("Command", "sleep"), ("CommandArgs", r#"["2m"]"#)]).await;
    let envs = r#"[{"name":"A","value":"2"}]"#;
    let own = [("CommandArgs", r#"["1d"]"#), ("Envs", envs), ("Replicas", "5"), ("EventId", "e-1")];
    let (usual, long) = (exec(&local, &job, &[]).await, exec(&local, &job, &own).await);
    assert_eq!(exec(&local, &job, &own).await, long, "an event starts one run");
    assert_eq!(progress(&local, &job, &long).await, json!(["3", 5, 0, 0]));
    let of_run =
        done(&local, "DescribeJob", &[("AppId", &job), ("JobId", &long)]).await.json()["Data"].take();
    assert_eq!(
        json!([of_run["Command"], of_run["CommandArgs"], of_run["Envs"], of_run["Replicas"]]),
        json!(["sleep", r#"["1d"]"#, envs, 5])
    );
    let of_job = described(&local, &job).await;
    assert_eq!(
        json!([of_job["CommandArgs"], of_job["Envs"], of_job["Replicas"]]),
        json!([r#"["2m"]"#, "[]", 3])
    );
    control.advance(Duration::from_mins(2));
    assert_eq!(progress(&local, &job, &usual).await, json!(["1", 0, 3, 0]));
    control.advance(Duration::from_hours(24));
    assert_eq!(progress(&local, &job, &long).await, json!(["1", 0, 5, 0]));
}

#[tokio::test]
async fn a_run_starts_at_the_time_that_a_call_names() {
    let (local, control) = server(slow()).await;
    let job = create(&local, &[]).await;
    let run = exec(&local, &job, &[("Time", "2100-01-01T00:00:00Z")]).await;
    control.advance(Duration::from_hours(24));
    assert_eq!(progress(&local, &job, &run).await, json!(["0", 0, 0, 0]));
    let past = exec(&local, &job, &[("Time", "2020-01-01T00:00:00Z")]).await;
    assert_eq!(progress(&local, &job, &past).await, json!(["3", 3, 0, 0]), "a time that has passed is now");
    control.advance(Duration::from_hours(24 * 366 * 80));
    assert_eq!(progress(&local, &job, &run).await, json!(["1", 0, 3, 0]));
}

#[tokio::test]
async fn a_schedule_starts_runs_until_it_is_suspended() {
    let (local, control) = server(Pace::instant()).await;
    let trigger = r#"{"type":"time","config":"*/10 * * * *","timezone":"Asia/Shanghai"}"#;
    let job = create(&local, &[("TriggerConfig", trigger)]).await;
    control.advance(Duration::from_hours(1));
    assert_eq!(states(&local, &job).await, "111111");
    let history = done(&local, "DescribeJobHistory", &[("AppId", &job)]).await.json()["Data"]["Jobs"].take();
    for run in history.as_array().unwrap() {
        assert_eq!(run["StartTime"].as_i64().unwrap() % 600, 0, "{run}");
    }
    let suspend = async |suspend| {
        done(&local, "SuspendJob", &[("AppId", &job), ("Suspend", suspend)]).await;
        assert_eq!(described(&local, &job).await["Suspend"].to_string(), suspend);
    };
    suspend("true").await;
    control.advance(Duration::from_hours(1));
    assert_eq!(states(&local, &job).await, "111111");
    exec(&local, &job, &[]).await;
    assert_eq!(states(&local, &job).await, "1111111", "a call still starts one");
    suspend("false").await;
    assert_eq!(states(&local, &job).await, "1111111", "what was missed isn't made up for");
    control.advance(Duration::from_mins(10));
    assert_eq!(states(&local, &job).await, "11111111");
    let hourly = trigger.replace("*/10", "0");
    done(&local, "UpdateJob", &[("AppId", &job), ("TriggerConfig", &hourly)]).await;
    control.advance(Duration::from_hours(2));
    assert_eq!(states(&local, &job).await, "1111111111");
    done(&local, "UpdateJob", &[("AppId", &job), ("TriggerConfig", "")]).await;
    control.advance(Duration::from_hours(2));
    assert_eq!(states(&local, &job).await, "1111111111");
}

#[tokio::test]
async fn the_policy_says_what_becomes_of_a_run_that_is_due_while_another_runs() {
    // A run takes 90 seconds, and one is due each minute. The newest one stands first.
    for (policy, expected) in [("Allow", "3311"), ("Forbid", "31"), ("Replace", "3222")] {
        let (local, control) = server(slow()).await;
        let trigger = r#"{"type":"time","config":"* * * * *"}"#;
        let job = create(&local, &[("TriggerConfig", trigger), ("ConcurrencyPolicy", policy)]).await;
        to_minute(&local, &job, &control).await;
        control.advance(Duration::from_mins(3));
        assert_eq!(states(&local, &job).await, expected, "{policy}");
    }
    let (local, control) = server(slow()).await;
    let job = create(&local, &[("ConcurrencyPolicy", "Forbid")]).await;
    let soon = exec(&local, &job, &[("Time", "2100-01-01T00:00:00Z")]).await;
    let first = exec(&local, &job, &[]).await;
    let refused = call(&local, "ExecJob", &[("AppId", &job)]).await;
    assert_eq!(refused.refusal(), (400, "Application.InvalidStatus".to_owned()));
    let policy = |policy| [("AppId", job.as_str()), ("ConcurrencyPolicy", policy)];
    done(&local, "UpdateJob", &policy("Replace")).await;
    let second = exec(&local, &job, &[]).await;
    assert_eq!(progress(&local, &job, &first).await, json!(["2", 0, 0, 3]));
    assert_eq!(status(&local, &job, &first).await["Message"], format!("{second} took its place"));
    done(&local, "UpdateJob", &policy("Allow")).await;
    exec(&local, &job, &[]).await;
    assert_eq!(states(&local, &job).await, "3320");
    control.advance(Duration::from_secs(90));
    assert_eq!(states(&local, &job).await, "1120");
    assert_eq!(progress(&local, &job, &soon).await, json!(["0", 0, 0, 0]));
}

#[tokio::test]
async fn a_run_that_takes_too_long_fails() {
    let (local, control) = server(Pace::instant()).await;
    let job = create(&local, &[("Command", "sleep"), ("CommandArgs", r#"["1h"]"#), ("Timeout", "60")]).await;
    let run = exec(&local, &job, &[]).await;
    control.advance(Duration::from_secs(59));
    assert_eq!(progress(&local, &job, &run).await, json!(["3", 3, 0, 0]));
    control.advance(Duration::from_secs(1));
    assert_eq!(progress(&local, &job, &run).await, json!(["2", 0, 0, 3]));
    assert_eq!(status(&local, &job, &run).await["Message"], "the time limit of 60 s was reached");
}

#[tokio::test]
async fn a_run_that_fails_is_tried_again_as_often_as_the_job_says() {
    let (local, control) = server(slow()).await;
    let job = create(&local, &[("BackoffLimit", "2"), ("Replicas", "2")]).await;
    control.fault(Fault::on("ExecJob").times(1).image_pull_failure()).unwrap();
    let run = exec(&local, &job, &[]).await;
    for (failed, state) in [(2, "3"), (4, "3"), (6, "2")] {
        control.advance(Duration::from_secs(90));
        let found = status(&local, &job, &run).await;
        assert_eq!(json!([found["State"], found["Failed"]]), json!([state, failed]));
    }
    assert_eq!(status(&local, &job, &run).await["Message"], "instances can't pull their image or package");
    let next = exec(&local, &job, &[]).await;
    control.advance(Duration::from_secs(90));
    assert_eq!(progress(&local, &job, &next).await, json!(["1", 0, 2, 0]), "the failure was for one run");
    // A failure of the template is one of each run, until it is changed.
    control.fault(Fault::on("UpdateJob").times(1).never_ready()).unwrap();
    let update = [("AppId", job.as_str()), ("BackoffLimit", "0")];
    done(&local, "UpdateJob", &update).await;
    for _ in 0..2 {
        let run = exec(&local, &job, &[]).await;
        control.advance(Duration::from_secs(90));
        assert_eq!(status(&local, &job, &run).await["Message"], "instances exited with code 1");
    }
    done(&local, "UpdateJob", &update).await;
    exec(&local, &job, &[]).await;
    control.advance(Duration::from_secs(90));
    assert_eq!(states(&local, &job).await, "12212");
}

#[tokio::test]
async fn the_history_is_paged_and_runs_can_be_deleted_from_it() {
    let (local, control) = server(Pace::instant()).await;
    let job = create(&local, &[]).await;
    control.fault(Fault::on("ExecJob").times(1).never_ready()).unwrap();
    let failed = exec(&local, &job, &[]).await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        runs.push(exec(&local, &job, &[]).await);
    }
    let history = async |query: &[(&str, &str)]| {
        let query = [&[("AppId", job.as_str())], query].concat();
        done(&local, "DescribeJobHistory", &query).await.json()["Data"].take()
    };
    let page = history(&[("CurrentPage", "2"), ("PageSize", "2")]).await;
    assert_eq!(
        json!([
            page["TotalSize"],
            page["CurrentPage"],
            page["PageSize"],
            page["Jobs"][0]["JobId"],
            page["Jobs"][1]["JobId"]
        ]),
        json!([5, 2, 2, runs[1], runs[0]])
    );
    let of_state = history(&[("State", "2")]).await;
    assert_eq!(json!([of_state["TotalSize"], of_state["Jobs"][0]["JobId"]]), json!([1, failed]));
    let of_failed = [("AppId", job.as_str()), ("JobId", failed.as_str())];
    done(&local, "DeleteHistoryJob", &of_failed).await;
    assert_eq!(history(&[]).await["TotalSize"], 4);
    assert_eq!(
        call(&local, "DeleteHistoryJob", &of_failed).await.value("Code"),
        "InvalidParameter.WithMessage"
    );
    let active = exec(&local, &job, &[("Command", "sleep"), ("CommandArgs", r#"["1h"]"#)]).await;
    let of_active = [("AppId", job.as_str()), ("JobId", active.as_str())];
    assert_eq!(call(&local, "DeleteHistoryJob", &of_active).await.value("Code"), "Application.InvalidStatus");
    done(&local, "DeleteJob", &[("AppId", &job)]).await;
    let other = create(&local, &[]).await;
    assert_eq!(states(&local, &other).await, "", "runs go with their job");
}

#[tokio::test]
async fn a_snapshot_has_jobs_and_what_runs() {
    let (local, control) = server(slow()).await;
    let trigger = r#"{"type":"time","config":"0 0 1 1 *","timezone":"UTC"}"#;
    let job = create(&local, &[("TriggerConfig", trigger)]).await;
    let run = exec(&local, &job, &[]).await;
    let before = control.snapshot().unwrap();
    done(&local, "DeleteJob", &[("AppId", &job)]).await;
    control.restore(&before).await.unwrap();
    control.advance(Duration::from_secs(90));
    assert_eq!(progress(&local, &job, &run).await, json!(["1", 0, 3, 0]));
    control.advance(Duration::from_hours(24 * 366));
    assert!(states(&local, &job).await.len() >= 2, "its schedule goes on");
}
