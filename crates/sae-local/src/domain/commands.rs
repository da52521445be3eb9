//! What a client can do to a state: each command checks what it needs, changes the state, or refuses.

pub mod abort;
pub mod create;
pub mod deploy;
pub mod k8s;
pub mod lifecycle;
pub mod load_balancers;
pub mod namespaces;
