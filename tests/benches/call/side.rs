//! The two sides that are compared: a client of `sae`, and what somebody writes who has only an HTTP client and serde.

use std::net::SocketAddr;
use std::sync::Arc;

use sae::model::DescribeApplicationStatus;
use serde::Deserialize;

/// Makes calls.
#[derive(Clone)]
pub enum Side {
    Sae(sae::Client),
    Bare(Arc<Bare>),
}

/// An HTTP client, and where to.
pub struct Bare {
    client: reqwest::Client,
    origin: String,
}

impl Side {
    /// A client of `sae`, set up as everybody does.
    pub fn sae(address: SocketAddr) -> Self {
        let client = sae::Client::builder()
            .credentials(sae::Credentials::new("LTAI4FoLmvQ9urWXgSRpDvh1", "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3y"))
            .region("cn-hangzhou")
            .endpoint(format!("http://{address}"))
            .build();
        Self::Sae(client.expect("a client"))
    }

    /// The same HTTP client with the same TLS, which has no part in this.
    pub fn bare(address: SocketAddr) -> Self {
        // The second time it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self::Bare(Arc::new(Bare { client, origin: format!("http://{address}") }))
    }

    /// One call, to the end.
    pub async fn call(&self) {
        let status = match self {
            Self::Sae(client) => {
                let request = DescribeApplicationStatus::new(APPLICATION);
                let status = client.send(request).await.expect("an answer").into_data().expect("its data");
                status.app_id
            }
            Self::Bare(bare) => {
                let url = format!("{}{PATH}?AppId={APPLICATION}", bare.origin);
                let response = bare.client.get(url).send().await.expect("an answer");
                let body = response.error_for_status().expect("a success").bytes().await.expect("its body");
                let answer: Answer = serde_json::from_slice(&body).expect("JSON");
                assert!(answer.success, "{:?}", answer.code);
                answer.data.app_id
            }
        };
        assert_eq!(status.as_deref(), Some(APPLICATION));
    }
}

const APPLICATION: &str = "0099b7be-5f5b-4512-a7fc-56049ef1aa6b";
const PATH: &str = "/pop/v1/sam/app/describeApplicationStatus";

/// The fields that the typed answer has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "what is read costs the same whether it is looked at or not")]
struct Answer {
    request_id: Option<String>,
    message: Option<String>,
    trace_id: Option<String>,
    data: Application,
    error_code: Option<String>,
    code: Option<String>,
    success: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "as above")]
struct Application {
    app_id: Option<String>,
    arms_advanced_enabled: Option<String>,
    arms_apm_info: Option<String>,
    create_time: Option<String>,
    current_status: Option<String>,
    last_change_order_id: Option<String>,
    last_change_order_running: Option<bool>,
    last_change_order_status: Option<String>,
    running_instances: Option<i64>,
    enable_agent: Option<bool>,
    file_size_limit: Option<i64>,
    sub_status: Option<String>,
}
