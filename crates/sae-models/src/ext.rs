//! Shorter ways to make the structures that applications are described with. Written by hand, and constructors alone: what they
//! make could be made from the generated types, with more words.

mod environment;
mod hosts;
mod logs;
mod mounts;
mod ports;
mod probe;
mod rollout;
