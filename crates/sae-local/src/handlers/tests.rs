//! Calls every handler with many parameters: none answers a code that the spec doesn't list for its operation.

mod failing_changes;

use std::collections::BTreeSet;

use sae_transport::{Description, Parameter, encode_json};

use crate::domain::id::Ids;
use crate::domain::k8s::cluster::Cluster;
use crate::domain::k8s::refusal::{ABSENT, CONFLICT, WRONG};
use crate::domain::{InstanceFailure, Pace, State};
use crate::handlers::call::Call;
use crate::handlers::operations::{PRODUCTS, Product};
use crate::protocol::errors::may_answer;
use crate::protocol::parameters::Parameters;

#[test]
fn operations_of_sae_answer_only_codes_that_the_spec_allows_them() {
    let codes = codes_of(&PRODUCTS[0], "CreateApplication");
    assert!(codes.len() > 20, "{codes:?}");
}

#[test]
fn operations_of_edas_answer_only_codes_of_the_gateway_and_numbers_of_their_own() {
    let codes = codes_of(&PRODUCTS[1], "InsertK8sApplication");
    assert_eq!(codes, BTreeSet::from(["400", "404", "409", "InvalidParameter", "MissingParameter"]));
}

/// Calls all operations of a product many times; returns the codes that they answered.
fn codes_of(product: &Product, creation: &str) -> BTreeSet<&'static str> {
    let (mut codes, mut done) = (BTreeSet::new(), BTreeSet::new());
    let all = operations(product);
    for seed in 0..40 {
        let mut dice = Ids::new(seed);
        let pace = if seed % 2 == 0 { Pace::instant() } else { Pace::brisk() };
        let mut state = State::new(seed, pace, vec!["cn-hangzhou", "cn-beijing"]);
        state.advance(1_562_831_689_000);
        // More operations need more calls, so that the rare successes of each still happen.
        for _ in 0..all.len().saturating_mul(10).max(400) {
            let (mut description, mut handler) = all[below(&mut dice, all.len())];
            if state.applications.is_empty() {
                (description, handler) = *all.iter().find(|(one, _)| one.name == creation).unwrap();
            }
            let parameters = parameters(description, &state, &mut dice);
            state.failure =
                [None, None, None, Some(InstanceFailure::ImagePull), Some(InstanceFailure::NeverReady)]
                    [below(&mut dice, 5)];
            let mut call =
                Call { state: &mut state, description, region: "cn-hangzhou", regional: true, parameters };
            match handler(&mut call) {
                Ok(output) => {
                    let json = encode_json::to_string(&*output);
                    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
                    done.insert(description.name);
                }
                Err(refusal) if [WRONG, ABSENT, CONFLICT].contains(&refusal.code()) => {
                    assert_eq!(description.service.product, "edas");
                    assert!(!refusal.arguments().concat().is_empty());
                    codes.insert(refusal.code());
                }
                Err(refusal) => {
                    let info = description.service.error(refusal.code());
                    let info = info.unwrap_or_else(|| panic!("{} is not in the spec", refusal.code()));
                    assert!(may_answer(Some(description), info), "{}: {}", description.name, info.code);
                    let gaps = info.message.matches("%s").count();
                    assert_eq!(gaps, refusal.arguments().len(), "{}: {}", description.name, info.code);
                    codes.insert(info.code);
                }
            }
            state.advance(state.now + [0, 0, 50, 1_000][below(&mut dice, 4)]);
        }
    }
    let operations: BTreeSet<_> = all.iter().map(|(description, _)| description.name).collect();
    assert_eq!(done, operations, "every operation was done at least once");
    codes
}

fn operations(product: &Product) -> Vec<(&'static Description, crate::handlers::call::Handler)> {
    let all = product.registered.iter().copied().flatten();
    all.filter_map(|one| Some((one.description, product.handler(one.description.name)?))).collect()
}

/// Parameters: mostly what the operation needs, sometimes nothing, sometimes nonsense.
fn parameters(description: &Description, state: &State, dice: &mut Ids) -> Parameters {
    let mut parameters = Parameters::new();
    for parameter in description.parameters {
        let value = value(parameter, state, dice);
        if below(dice, 100) < if is_wanted(description, parameter) { 97 } else { 2 } {
            let own = of_a_job(parameter.name, state, dice)
                .or_else(|| of_a_lane(parameter, state, dice))
                .or_else(|| of_a_web_application(description, parameter.name, state, dice))
                .or_else(|| of_a_cluster(description, parameter.name, dice));
            let value = own.unwrap_or(value);
            let nonsense = any(dice, &["", "x", "-1", "{}", "[1]", "99999999999999999999"]).to_owned();
            parameters.insert(parameter.name, if below(dice, 40) == 0 { nonsense } else { value });
        }
    }
    parameters
}

fn value(parameter: &Parameter, state: &State, dice: &mut Ids) -> String {
    let application = any(dice, &state.applications.keys().cloned().collect::<Vec<_>>());
    let application = state.applications.get(&application);
    let order = application.and_then(|application| application.orders.last()).cloned().unwrap_or_default();
    let choice: &[&str] = match parameter.name {
        "AppId" => return application.map(|application| application.id.clone()).unwrap_or_default(),
        "GroupId" => return application.map(|application| application.group.clone()).unwrap_or_default(),
        "ChangeOrderId" => return order,
        "PipelineId" => {
            let pipeline = state.orders.get(&order).and_then(|order| order.pipeline());
            return pipeline.map(|pipeline| pipeline.id.clone()).unwrap_or_default();
        }
        "InstanceId" | "InstanceIds" | "PodName" => {
            let instance = application.and_then(|application| application.instances.first());
            return instance.map(|instance| instance.id.clone()).unwrap_or_default();
        }
        "MicroRegistration" => &["0", "1", "2"],
        "EnableAhas" => &["true", "false"],
        "VersionId" => &["1", "2", "3"],
        "AppName" => return format!("app-{}", below(dice, 40)),
        "ConfigMapId" => {
            return any(dice, &state.config_maps.keys().copied().collect::<Vec<_>>()).to_string();
        }
        "SecretId" => return any(dice, &state.secrets.keys().copied().collect::<Vec<_>>()).to_string(),
        "NlbId" => &["nlb-1", "nlb-2"],
        "Listeners" => &[
            r#"[{"Port":80,"TargetPort":8080,"Protocol":"TCP"}]"#,
            r#"[{"Port":81,"TargetPort":8080,"Protocol":"UDP"}]"#,
        ],
        "Port" => &["80", "81"],
        "Protocol" => &["TCP", "UDP"],
        "GreyTagRouteId" => {
            return any(dice, &state.grey_tag_routes.keys().copied().collect::<Vec<_>>()).to_string();
        }
        "IngressId" => return any(dice, &state.ingresses.keys().copied().collect::<Vec<_>>()).to_string(),
        "SlbId" => &["lb-1", "lb-2", "lb-3", "lb-4", "alb-1", "nothing"],
        "ListenerPort" => return below(dice, 200).to_string(),
        "ListenerProtocol" => &["HTTP", "HTTPS"],
        "LoadBalanceType" => &["clb", "alb"],
        "DefaultRule" | "Rules" => {
            let id = application.map(|application| application.id.clone()).unwrap_or_default();
            let rule =
                format!(r#"{{"appId":"{id}","containerPort":8080,"domain":"a.example.com","path":"/"}}"#);
            let many = vec![rule.clone(); [0, 1, 1, 1, 1, 1, 1, 2, 41][below(dice, 9)]];
            return if parameter.name == "Rules" { format!("[{}]", many.join(",")) } else { rule };
        }
        "Name" | "SecretName" => return format!("name{}", below(dice, 40)),
        "Data" => &[r#"{"test":"1"}"#, r#"{"a/b":"1"}"#],
        "SecretData" => &[
            r#"{"SecretData":"{\"test\":\"1\",\".dockerconfigjson\":\"e30=\"}"}"#,
            r#"{"SecretData":"{\"a/b\":\"1\"}"}"#,
        ],
        "ConfigMapMountDesc" => {
            let id = any(dice, &state.config_maps.keys().copied().collect::<Vec<_>>());
            let mount = |path| format!(r#"{{"configMapId":{id},"key":"test","mountPath":"/{path}"}}"#);
            return format!("[{},{}]", mount("a"), mount(any(dice, &["a", "b", "c"])));
        }
        "Namespace" => &["cn-beijing", "cn-beijing:a", "cn-nowhere"],
        "FieldType" => &["appName", "shoeSize"],
        "NamespaceId" if application.is_some() && below(dice, 2) == 0 => {
            return application.map(|application| application.namespace.clone()).unwrap_or_default();
        }
        "NamespaceId" => {
            &["cn-beijing", "cn-beijing:a", "cn-beijing:b", "cn-beijing:B", "cn-beijing:a-b", "a"]
        }
        "PackageType" => &["Image", "Image", "Image", "FatJar", "War"],
        "ImageUrl" | "Image" => &["demo/nginx:1", "demo/nginx:2"],
        "PackageUrl" => &["http://host/a.jar", "http://host/a.war"],
        "Jdk" | "JDK" => &["Open JDK 8", "Open JDK 9"],
        "Replicas" => &["0", "1", "2", "3", "5000"],
        "Confirm" | "Internet" if parameter.kind == "boolean" => &["true", "false"],
        "Internet" => &[
            r#"{"port":80,"targetPort":8080,"protocol":"TCP"}"#,
            r#"[{"port":80,"targetPort":1,"protocol":"UDP"}]"#,
        ],
        "ResourceIds" => {
            let id = application.map(|application| application.id.clone()).unwrap_or_default();
            return any(dice, &[format!("[\"{id}\"]"), id]);
        }
        "ResourceType" => &["application", "application", "application", "instance"],
        "Tags" => &[r#"[null,{"key":"a","value":"1"}]"#, r#"[{"Key":"b","Value":"aliyun"}]"#, "[null]"],
        "TagKeys" => &[r#"["a"]"#, "a,b"],
        "ClusterId" => return Cluster::of(any(dice, &["cn-hangzhou", "cn-hangzhou", "nowhere"])).id,
        "RegionTag" => &["cn-hangzhou"],
        "CsClusterId" | "AppTemplateName" => return String::new(),
        "VpcId" => &["vpc-1", "1"],
        "SecurityGroupId" => &["sg-1", "sg-2"],
        "Cpu" => &["1000"],
        "Memory" => &["2048"],
        "UpdateStrategy" => {
            &[r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"}}"#, "{}"]
        }
        "CustomHostAlias" => &[r#"[{"hostName":"a","ip":"1.1.1.1"}]"#, r#"{"hostName":"a","ip":"x"}"#],
        _ => return parameter.example.unwrap_or("1").to_owned(),
    };
    any(dice, choice).to_owned()
}

/// Whether an operation mostly needs a parameter. Without the identifier of its item, one that creates or updates creates.
fn is_wanted(description: &Description, parameter: &Parameter) -> bool {
    let updates = [("CreateOrUpdateSwimmingLane", "LaneId"), ("CreateOrUpdateSwimmingLaneGroup", "GroupId")];
    let wanted = parameter.required || WANTED.contains(&parameter.name);
    wanted && !updates.contains(&(description.name, parameter.name))
}

/// A value for an operation on lanes, where it differs from one of other operations.
fn of_a_lane(parameter: &Parameter, state: &State, dice: &mut Ids) -> Option<String> {
    match parameter.name {
        "AppIds" => {
            let ids: Vec<_> = state.applications.keys().cloned().collect();
            Some(format!("[\"{}\"]", any(dice, &ids)))
        }
        "GroupId" if parameter.kind == "long" => {
            Some(any(dice, &state.lane_groups.keys().copied().collect::<Vec<_>>()).to_string())
        }
        "LaneId" => Some(any(dice, &state.lanes.keys().copied().collect::<Vec<_>>()).to_string()),
        "GroupName" | "LaneTag" => Some(format!("g{}", below(dice, 9))),
        "AppEntryRule" | "MseGatewayEntryRule" => Some(r#"{"Percentage":50}"#.to_owned()),
        "Enable" => Some(any(dice, &["true", "false"]).to_owned()),
        _ => None,
    }
}

/// A value for an operation on web applications, where it differs from one of other operations.
fn of_a_web_application(
    description: &Description,
    parameter: &str,
    state: &State,
    dice: &mut Ids,
) -> Option<String> {
    let own = description.group == "web_application" && !state.web_applications.is_empty();
    match parameter {
        "ApplicationId" => Some(any(dice, &state.web_applications.keys().cloned().collect::<Vec<_>>())),
        "NamespaceId" if own => {
            let namespaces: Vec<_> =
                state.web_applications.values().map(|application| application.namespace.clone()).collect();
            Some(any(dice, &namespaces))
        }
        "RevisionId" => Some(any(dice, &["1", "2", "3"]).to_owned()),
        _ => None,
    }
}

/// A value for an operation on jobs, where it differs from one of other operations.
fn of_a_job(parameter: &str, state: &State, dice: &mut Ids) -> Option<String> {
    match parameter {
        "AppId" if !state.jobs.is_empty() && below(dice, 3) == 0 => {
            Some(any(dice, &state.jobs.keys().cloned().collect::<Vec<_>>()))
        }
        "JobId" => Some(any(dice, &state.job_runs.keys().cloned().collect::<Vec<_>>())),
        "Suspend" => Some(any(dice, &["true", "false"]).to_owned()),
        _ => None,
    }
}

/// A value for an operation on objects of a cluster, where it differs from one of other operations.
fn of_a_cluster(description: &Description, parameter: &str, dice: &mut Ids) -> Option<String> {
    let choice: &[&str] = match (description.name, parameter) {
        (name, _) if !name.contains("K8s") => return None,
        ("UpdateK8sSlb", "Type") => &["Internet", "Intranet", "x"],
        (_, "Namespace") => &["default", "default", "a_b"],
        (_, "Name") => return Some(format!("name{}", below(dice, 3))),
        ("CreateK8sConfigMap" | "UpdateK8sConfigMap", "Data") => {
            &[r#"[{"Key":"k","Value":"v"}]"#, r#"[{"Key":"a/b","Value":"v"}]"#]
        }
        ("CreateK8sSecret" | "UpdateK8sSecret", "Data") => {
            &[r#"[{"Key":"k","Value":"v"}]"#, r#"[{"Key":"k"},{"Key":"k"}]"#]
        }
        (_, "IngressConf") => &[
            r#"{"Rules":[{"Paths":[{"Path":"/","Backend":{"ServiceName":"name1","ServicePort":"80"}}]}]}"#,
            r#"{"Rules":[]}"#,
        ],
        _ => return None,
    };
    Some(any(dice, choice).to_owned())
}

fn any<T: Clone + Default>(dice: &mut Ids, items: &[T]) -> T {
    items.get(below(dice, items.len().max(1))).cloned().unwrap_or_default()
}

fn below(dice: &mut Ids, limit: usize) -> usize {
    usize::try_from(dice.number() % u64::try_from(limit).unwrap()).unwrap()
}

/// Parameters that most calls need.
const WANTED: &[&str] = &[
    "AppIds",
    "Enable",
    "EntryAppId",
    "EntryAppType",
    "MicroRegistration",
    "GatewayUniqueId",
    "GroupId",
    "GroupName",
    "LaneId",
    "LaneName",
    "LaneTag",
    "MseGatewayEntryRule",
    "AppId",
    "ClusterId",
    "Data",
    "Listeners",
    "Name",
    "Namespace",
    "NamespaceId",
    "NlbId",
    "Port",
    "Protocol",
    "SlbId",
    "ScRules",
    "ServicePortInfos",
    "ImageUrl",
    "Internet",
    "UpdateStrategy",
    "ResourceIds",
    "Tags",
    "TagKeys",
];
