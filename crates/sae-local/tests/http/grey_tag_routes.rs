//! Grey tag routes: one for an application, with the rules as they were sent.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::{call, done};

const APP: &str = "/pop/v1/sam/app";
const ROUTE: &str = "/pop/v1/sam/tagroute/greyTagRoute";
const LIST: &str = "/pop/v1/sam/tagroute/greyTagRouteList";
const SC: &str = r#"[{"condition":"OR","items":[{"cond":"==","name":"grey","operator":"rawvalue","type":"header","value":"true"}],"path":"/post"}]"#;
const DUBBO: &str = r#"[{"condition":"OR","group":"DUBBO","items":[{"cond":"==","expr":".key1","index":0,"operator":"rawvalue","value":"v"}],"methodName":"echo","serviceName":"com.example.Echo","version":"1.0.0"}]"#;

async fn server() -> (LocalSae, String) {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let query = [
        ("AppName", "web"),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
    ];
    let app = done(&local, "POST", &format!("{APP}/createApplication"), &query).await.value("AppId");
    (local, app)
}

#[tokio::test]
async fn a_grey_tag_route_lives_with_its_application() {
    let (local, app) = server().await;
    let of_app = ("AppId", app.as_str());
    assert_eq!(done(&local, "GET", LIST, &[of_app]).await.json()["Data"]["Result"], json!([]));
    let create =
        [of_app, ("Name", "grey-1"), ("Description", "first"), ("ScRules", SC), ("DubboRules", "[]")];
    let id = done(&local, "POST", ROUTE, &create).await.value("GreyTagRouteId");
    let of_it = ("GreyTagRouteId", id.as_str());
    let described = done(&local, "GET", ROUTE, &[of_it]).await.json()["Data"].take();
    let sc: Value = serde_json::from_str(SC).unwrap();
    assert_eq!(
        json!([described["AppId"], described["Name"], described["Description"], described["ScRules"]]),
        json!([app, "grey-1", "first", sc])
    );
    assert_eq!(described["DubboRules"], json!([]));
    let twice = call(&local, "POST", ROUTE, &create).await;
    assert_eq!(twice.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    done(&local, "PUT", ROUTE, &[of_it, ("ScRules", "[]"), ("DubboRules", DUBBO)]).await;
    let listed = done(&local, "GET", LIST, &[of_app]).await.json()["Data"].take();
    let dubbo: Value = serde_json::from_str(DUBBO).unwrap();
    let first = &listed["Result"][0];
    assert_eq!(
        json!([listed["TotalSize"], first["Description"], first["ScRules"], first["DubboRules"]]),
        json!([1, "first", [], dubbo])
    );
    done(&local, "DELETE", ROUTE, &[of_it]).await;
    for method in ["GET", "PUT", "DELETE"] {
        let gone = call(&local, method, ROUTE, &[of_it]).await;
        assert_eq!(gone.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "{method}");
    }
    let id = done(&local, "POST", ROUTE, &create).await.value("GreyTagRouteId");
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[of_app]).await;
    assert_eq!(call(&local, "GET", ROUTE, &[("GreyTagRouteId", &id)]).await.status, 400);
    assert_eq!(
        call(&local, "GET", LIST, &[of_app]).await.refusal(),
        (404, "InvalidAppId.NotFound".to_owned())
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (local, app) = server().await;
    let long = "d".repeat(65);
    let (empty, obviously, message) =
        ("InvalidParameter.NotEmpty", "InvalidParameter.Obviously", "InvalidParameter.WithMessage");
    for (change, code) in [
        (("AppId", "nobody"), "InvalidAppId.NotFound"),
        (("Name", "Grey"), obviously),
        (("Name", "1a"), obviously),
        (("Name", "a-"), obviously),
        (("Name", long.as_str()), obviously),
        (("Description", long.as_str()), message),
        (("ScRules", "[]"), empty),
        (("ScRules", "{}"), obviously),
        (("DubboRules", DUBBO), message),
    ] {
        let base = [("AppId", app.as_str()), ("Name", "a1"), ("ScRules", SC)];
        let mut query: Vec<_> = base.into_iter().filter(|(name, _)| *name != change.0).collect();
        query.push(change);
        assert_eq!(call(&local, "POST", ROUTE, &query).await.value("Code"), code, "{change:?}");
    }
}
