//! Jobs: templates, schedules, runs, concurrency, limits, retries, history.

mod runs;

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::by_name::{call, done};
use crate::client::Call;
use crate::parameters::{base, description, normal, server as server_with_named_items, set, value};

const JOB: &str = "/pop/v1/sam/job";
const NAMESPACE: &str = "/pop/v1/paas/namespace";
const CONFIG_MAP: &str = "/pop/v1/sam/configmap/configMap";

/// Parameters of a new job, some of them replaced.
fn parameters<'a>(change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let base = [
        ("AppName", "demo-job"),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/batch:1"),
        ("Replicas", "3"),
        ("Workload", "job"),
    ];
    let kept = base.into_iter().filter(|(name, _)| change.iter().all(|(other, _)| name != other));
    kept.chain(change.iter().copied()).collect()
}

async fn create(local: &LocalSae, change: &[(&str, &str)]) -> String {
    done(local, "CreateJob", &parameters(change)).await.value("AppId")
}

async fn described(local: &LocalSae, job: &str) -> Value {
    done(local, "DescribeJob", &[("AppId", job)]).await.json()["Data"].take()
}

#[tokio::test]
async fn a_job_is_created_described_changed_listed_and_deleted() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let trigger = r#"{"type":"time","config":"0 1 */1 * ?","timezone":"GMT+8:00"}"#;
    let created = done(
        &local,
        "CreateJob",
        &parameters(&[
            ("AppDescription", "nightly"),
            ("TriggerConfig", trigger),
            ("Envs", r#"[{"name":"A","value":"1"}]"#),
        ]),
    )
    .await;
    let (job, order) = (created.value("AppId"), created.value("ChangeOrderId"));
    let of_it = ("AppId", job.as_str());
    let found = described(&local, &job).await;
    assert_eq!(
        json!([
            found["AppId"],
            found["AppName"],
            found["AppDescription"],
            found["NamespaceId"],
            found["RegionId"]
        ]),
        json!([job, "demo-job", "nightly", "cn-beijing", "cn-beijing"])
    );
    assert_eq!(
        json!([found["Replicas"], found["Cpu"], found["Memory"], found["Suspend"], found["TriggerConfig"]]),
        json!([3, 1000, 2048, false, trigger])
    );
    // A job is an application of its own kind: it has change orders, and doesn't stand among the others.
    let change = done(&local, "DescribeChangeOrder", &[("ChangeOrderId", &order)]).await;
    assert_eq!(
        (change.value("Status"), change.value("CoTypeCode")),
        ("2".to_owned(), "CoCreateApp".to_owned())
    );
    let updated =
        done(&local, "UpdateJob", &[of_it, ("ImageUrl", "demo/batch:2"), ("Envs", ""), ("Replicas", "2")])
            .await;
    let orders = done(&local, "ListChangeOrders", &[of_it]).await.json()["Data"].take();
    assert_eq!(
        json!([orders["TotalSize"], orders["ChangeOrderList"][0]["ChangeOrderId"]]),
        json!([2, updated.value("ChangeOrderId")])
    );
    let found = described(&local, &job).await;
    assert_eq!(
        json!([found["ImageUrl"], found["Envs"], found["Replicas"], found["TriggerConfig"]]),
        json!(["demo/batch:2", "[]", 2, trigger])
    );
    assert_eq!(done(&local, "ListApplications", &[]).await.value("TotalSize"), "0");

    let listed = done(&local, "ListJobs", &[("NamespaceId", "cn-beijing"), ("Workload", "job")]).await.json();
    let first = &listed["Data"]["Applications"][0];
    assert_eq!(
        json!([
            listed["TotalSize"],
            first["AppId"],
            first["ImageUrl"],
            first["Suspend"],
            first["TriggerConfig"]
        ]),
        json!([1, job, "demo/batch:2", false, trigger])
    );
    done(&local, "DeleteJob", &[of_it]).await;
    for operation in
        ["DescribeJob", "UpdateJob", "DeleteJob", "ExecJob", "DescribeJobStatus", "DescribeJobHistory"]
    {
        let gone = call(&local, operation, &[of_it]).await;
        assert_eq!(gone.refusal(), (404, "InvalidAppId.NotFound".to_owned()), "{operation}");
    }
    // Its change orders outlive it.
    done(&local, "DescribeChangeOrder", &[("ChangeOrderId", &order)]).await;
    create(&local, &[]).await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let (empty, obviously, message) =
        ("InvalidParameter.NotEmpty", "InvalidParameter.Obviously", "InvalidParameter.WithMessage");
    let time =
        |config: &str, zone: &str| json!({ "type": "time", "config": config, "timezone": zone }).to_string();
    for (name, value, code) in [
        ("AppName", "1a".to_owned(), obviously),
        ("Workload", "web".to_owned(), obviously),
        ("Replicas", "0".to_owned(), obviously),
        ("Replicas", "1001".to_owned(), message),
        ("Cpu", "1".to_owned(), message),
        ("PackageType", "Shoe".to_owned(), "InvalidPackageType.NotFound"),
        ("ImageUrl", String::new(), empty),
        ("NamespaceId", "cn-beijing:nowhere".to_owned(), "InvalidNamespaceId.NotFound"),
        ("Timeout", "-1".to_owned(), obviously),
        ("BackoffLimit", "-1".to_owned(), obviously),
        ("ConcurrencyPolicy", "Perhaps".to_owned(), obviously),
        ("ProgrammingLanguage", "latin".to_owned(), obviously),
        ("RefAppId", "nobody".to_owned(), message),
        ("TriggerConfig", r#"{"type":"moon"}"#.to_owned(), obviously),
        ("TriggerConfig", r#"{"type":"time"}"#.to_owned(), empty),
        ("TriggerConfig", "{}".to_owned(), empty),
        ("TriggerConfig", time("* * * *", "UTC"), message),
        ("TriggerConfig", time("61 * * * *", "UTC"), message),
        ("TriggerConfig", time("0 0 30 2 *", "UTC"), message),
        ("TriggerConfig", time("* * * * *", "Moon/Base"), message),
        ("ConfigMapMountDesc", r#"[{"configMapId":9,"key":"test","mountPath":"/tmp"}]"#.to_owned(), message),
    ] {
        let answer = call(&local, "CreateJob", &parameters(&[(name, &value)])).await;
        assert_eq!(answer.value("Code"), code, "{name}={value}: {}", answer.body);
    }
    create(&local, &[]).await;
    let twice = call(&local, "CreateJob", &parameters(&[])).await;
    assert_eq!(twice.value("Code"), message, "a name is unique in its namespace");
    let elsewhere = create(&local, &[("NamespaceId", "cn-hangzhou")]).await;
    for (operation, name, value, code) in [
        ("UpdateJob", "Replicas", "many", obviously),
        ("UpdateJob", "ImageUrl", "", empty),
        ("ExecJob", "Replicas", "0", obviously),
        ("ExecJob", "Time", "tomorrow", obviously),
        (
            "ExecJob",
            "Envs",
            r#"[{"name":"A","valueFrom":{"configMapRef":{"configMapId":9,"key":"k"}}}]"#,
            message,
        ),
        ("DescribeJob", "JobId", "nothing", message),
        ("DescribeJobStatus", "JobId", "nothing", message),
        ("DeleteHistoryJob", "JobId", "nothing", message),
        ("DescribeJobHistory", "State", "9", obviously),
        ("DescribeJobHistory", "CurrentPage", "0", obviously),
    ] {
        let answer = call(&local, operation, &[("AppId", &elsewhere), (name, value)]).await;
        assert_eq!(answer.value("Code"), code, "{operation} {name}={value}: {}", answer.body);
    }
    for (name, value, code) in [
        ("Workload", "web", obviously),
        ("FieldType", "shoeSize", obviously),
        ("FieldType", "appName", empty),
        ("FieldValue", "a", empty),
        ("OrderBy", "colour", obviously),
        ("PageSize", "0", obviously),
    ] {
        let answer = call(&local, "ListJobs", &[(name, value)]).await;
        assert_eq!(answer.value("Code"), code, "{name}={value}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_parameter_of_a_job_is_found_again_and_stays() {
    let local = server_with_named_items().await;
    let refers = create(&local, &[("AppName", "first")]).await;
    for operation in ["CreateJob", "UpdateJob"] {
        for (at, parameter) in description(operation).parameters.iter().enumerate() {
            if matches!(parameter.name, "AppId" | "AppName") {
                continue;
            }
            let name = format!("{operation}-{at}");
            let own = match parameter.name {
                "RefAppId" => refers.clone(),
                "Workload" => "job".to_owned(),
                "BackoffLimit" | "Timeout" => "7".to_owned(),
                "Replicas" => "5".to_owned(),
                "ProgrammingLanguage" => "php".to_owned(),
                "Php" => "PHP-FPM 7.0".to_owned(),
                _ => value(parameter),
            };
            let namespace = if parameter.name == "VpcId" { "cn-shanghai" } else { "cn-beijing" };
            let mut query = base(parameter.name);
            query.extend([
                ("AppName", name.as_str()),
                ("Replicas", "1"),
                ("NamespaceId", namespace),
                ("Workload", "job"),
            ]);
            if operation == "CreateJob" {
                set(&mut query, parameter.name, &own);
            }
            let job = done(&local, "CreateJob", &query).await.value("AppId");
            if operation == "UpdateJob" {
                done(&local, operation, &[("AppId", &job), (parameter.name, &own)]).await;
            }
            // An update without it leaves it as it is.
            done(&local, "UpdateJob", &[("AppId", &job)]).await;
            let mut found = described(&local, &job).await[parameter.name].take();
            for mount in found.as_array_mut().into_iter().flatten() {
                mount.as_object_mut().and_then(|mount| mount.remove("ConfigMapName"));
            }
            let is_nowhere = NOWHERE.contains(&parameter.name);
            let expected = if is_nowhere { Value::Null } else { normal(Value::from(own)) };
            assert_eq!(normal(found), expected, "{operation} {}", parameter.name);
        }
    }
    let found = described(&local, &refers).await;
    assert_eq!(found["RefedAppIds"].as_array().unwrap().len(), 2, "the jobs that refer to it");
}

#[tokio::test]
async fn a_list_has_the_jobs_that_are_asked_for() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let mut ids = Vec::new();
    for at in 1..=5 {
        let (name, replicas) = (format!("job-{at}"), (6 - at).to_string());
        ids.push(create(&local, &[("AppName", &name), ("Replicas", &replicas)]).await);
    }
    create(&local, &[("NamespaceId", "cn-hangzhou")]).await;
    let list = async |query: &[(&str, &str)]| {
        let listed = done(&local, "ListJobs", query).await.json();
        let jobs = listed["Data"]["Applications"].as_array().unwrap();
        let names: Vec<_> = jobs.iter().map(|job| job["AppName"].as_str().unwrap().to_owned()).collect();
        (names.join(" "), listed["TotalSize"].as_i64().unwrap())
    };
    let tags = r#"[{"Key":"team","Value":"night"}]"#;
    let tag = [
        ("RegionId", "cn-beijing"),
        ("ResourceType", "application"),
        ("ResourceIds", ids[4].as_str()),
        ("Tags", tags),
    ];
    done(&local, "TagResources", &tag).await;
    assert_eq!(described(&local, &ids[4]).await["Tags"], json!([{ "Key": "team", "Value": "night" }]));
    let both = format!("{},{}", ids[0], ids[3]);
    for (query, names, total) in [
        (vec![("NamespaceId", "cn-hangzhou")], "demo-job", 1),
        (vec![("AppName", "ob-3")], "job-3", 1),
        (vec![("Tags", r#"[{"key":"team","value":"night"}]"#)], "job-5", 1),
        (vec![("FieldType", "appName"), ("FieldValue", "job-2")], "job-2", 1),
        (vec![("FieldType", "appIds"), ("FieldValue", &both)], "job-1 job-4", 2),
        (
            vec![("AppName", "job-"), ("OrderBy", "instances"), ("Reverse", "true"), ("PageSize", "2")],
            "job-5 job-4",
            5,
        ),
        (vec![("PageSize", "2"), ("CurrentPage", "2")], "job-3 job-4", 6),
    ] {
        assert_eq!(list(&query).await, (names.to_owned(), total), "{query:?}");
    }
    let as_xml = Call::new("GET", &format!("{JOB}/listJobs"), &[("PageSize", "1")])
        .header("accept", "application/xml");
    let as_xml = as_xml.send(&local).await;
    assert!(
        as_xml.body.contains("<Applications>") && as_xml.body.contains("<AppName>job-1</AppName>"),
        "{}",
        as_xml.body
    );
}

#[tokio::test]
async fn what_a_job_refers_to_stays_while_it_does() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    done(&local, "CreateNamespace", &[("NamespaceId", "cn-beijing:test"), ("NamespaceName", "test")]).await;
    let map = [("NamespaceId", "cn-beijing:test"), ("Name", "one"), ("Data", r#"{"test":"1"}"#)];
    let map = done(&local, "CreateConfigMap", &map).await.value("ConfigMapId");
    let mount = format!(r#"[{{"configMapId":{map},"key":"test","mountPath":"/tmp"}}]"#);
    let job = create(&local, &[("NamespaceId", "cn-beijing:test"), ("ConfigMapMountDesc", &mount)]).await;
    let of_map = [("ConfigMapId", map.as_str())];
    let found = done(&local, "DescribeConfigMap", &of_map).await.json();
    assert_eq!(found["Data"]["RelateApps"][0]["AppName"], "demo-job", "{found}");
    assert_eq!(described(&local, &job).await["ConfigMapMountDesc"][0]["ConfigMapName"], "one");
    let refused = Call::new("DELETE", CONFIG_MAP, &of_map).send(&local).await;
    assert_eq!(refused.value("Code"), "DeleteFail.ConfigMapReferenced");
    done(&local, "UpdateJob", &[("AppId", &job), ("ConfigMapMountDesc", "")]).await;
    done(&local, "DeleteConfigMap", &of_map).await;
    let of_namespace = [("NamespaceId", "cn-beijing:test")];
    let refused = Call::new("DELETE", NAMESPACE, &of_namespace).send(&local).await;
    assert_eq!(refused.value("Code"), "Namespace.AppExists");
    done(&local, "DeleteJob", &[("AppId", &job)]).await;
    done(&local, "DeleteNamespace", &of_namespace).await;
}

/// Parameters that no answer of the service contains.
const NOWHERE: &[&str] = &[
    // It says where the job is created.
    "AutoConfig",
    "EnableImageAccl",
    // The reference has the text of another parameter for it.
    "Php",
    // It is always `job`.
    "Workload",
];
