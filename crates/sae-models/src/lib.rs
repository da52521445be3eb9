//! Typed requests and answers of two services of Alibaba Cloud: Serverless App Engine ([`sae`]) and the Kubernetes side of
//! Enterprise Distributed Application Service ([`edas`]).
//!
//! Everything here is data: a struct for each request, made with `new` and chained setters; a struct for each answer; and one
//! static description of each operation, from which clients and servers know method, path and positions. Nothing is sent from
//! here: see the crate `sae` for that.
//!
//! ```
//! use sae_models::sae::DeployApplication;
//!
//! let request = DeployApplication::new("017f39b8-dfa4-4e16-a84b-1dcee4b17106")
//!     .image_url("registry.cn-hangzhou.aliyuncs.com/sae_test/ali_sae_test:0.0.2")
//!     .batch_wait_time(10);
//! assert_eq!(request.batch_wait_time, Some(10));
//! ```
//!
//! The modules are generated from `api-spec/` by `cargo xtask codegen`; this file is the joint between them and the crate. In
//! `ext/` stand shorter constructors for structures that people often write, by hand.

mod ext;
// The generator formats what it writes, so that it is the same wherever it runs.
#[rustfmt::skip]
#[allow(clippy::similar_names, reason = "wire names are what they are; which are compiled depends on the features")]
#[allow(clippy::too_many_lines, reason = "the table of a struct has a line for each of its fields")]
#[doc(hidden)]
pub mod generated;

/// Serverless App Engine, API of 2019-05-06.
///
/// A module for each group of operations, and [`shapes`](sae::shapes) for what groups share. No two of them have a name in
/// common, so that every type is also here without its module: `sae::DeployApplication` is `sae::lifecycle::DeployApplication`.
/// [`OPERATIONS`](sae::OPERATIONS) lists the operations for code that learns their names at run time, and
/// [`error_code`](sae::error_code) the codes of its errors.
pub mod sae {
    #[doc(hidden, no_inline)]
    pub use crate::generated::sae_2019_05_06::types::*;
    pub use crate::generated::sae_2019_05_06::*;
}

/// Enterprise Distributed Application Service, API of 2017-08-01: applications on Kubernetes.
///
/// Laid out like [`sae`].
pub mod edas {
    #[doc(hidden, no_inline)]
    pub use crate::generated::edas_2017_08_01::types::*;
    pub use crate::generated::edas_2017_08_01::*;
}
