//! What most programs need, for `use sae::prelude::*`.
//!
//! The client with its credentials and errors, change orders, and the requests of everyday deployments. All other requests are in
//! [`model`](crate::model) and [`edas`](crate::edas), by group.
//!
//! ```
//! use sae::prelude::*;
//!
//! async fn restart(client: &Client, name: &str) -> Result<(), Box<dyn std::error::Error>> {
//!     let app = client.resolve_application(name).await?.app_id.or_missing("AppId")?;
//!     client.submit(RestartApplication::new(app)).await?.wait().await?.success()?;
//!     Ok(())
//! }
//! ```

#[doc(no_inline)]
pub use crate::change_order::{ChangeOrder, Finished, Outcome};
#[doc(no_inline)]
pub use crate::model::application::{
    Application, DescribeApplicationConfig, DescribeApplicationGroups, DescribeApplicationInstances,
    ListApplications,
};
#[doc(no_inline)]
pub use crate::model::error_code;
#[doc(no_inline)]
pub use crate::model::lifecycle::{
    CreateApplication, DeleteApplication, DeployApplication, RescaleApplication, RestartApplication,
    StartApplication, StopApplication,
};
#[doc(no_inline)]
pub use crate::model::namespace::{CreateNamespace, DescribeNamespaces};
#[doc(no_inline)]
pub use crate::model::shapes::{EnvVar, PackageType, Probe};
#[doc(no_inline)]
pub use crate::{Client, Credentials, Endpoint, Error, ErrorKind, FieldExt, Reply, RetryPolicy, Timestamp};
