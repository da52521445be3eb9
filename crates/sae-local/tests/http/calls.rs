//! Calls of SAE with the default key: by method and path, or by the name of an operation.

use sae_local::LocalSae;

use crate::client::{Answer, Call};

pub async fn call(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Answer {
    Call::new(method, path, query).send(local).await
}

/// A call that succeeds.
pub async fn done(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Answer {
    let answer = call(local, method, path, query).await;
    assert_eq!(answer.status, 200, "{method} {path} {query:?}: {}", answer.body);
    answer
}

/// The same with operations in place of methods and paths.
pub mod by_name {
    use sae_local::LocalSae;

    use crate::client::{Answer, Call};
    use crate::parameters::description;

    pub async fn call(local: &LocalSae, operation: &str, query: &[(&str, &str)]) -> Answer {
        let description = description(operation);
        Call::new(description.method.as_str(), description.path, query).send(local).await
    }

    /// A call that succeeds.
    pub async fn done(local: &LocalSae, operation: &str, query: &[(&str, &str)]) -> Answer {
        let answer = call(local, operation, query).await;
        assert_eq!(answer.status, 200, "{operation} {query:?}: {}", answer.body);
        answer
    }
}
