//! How the program is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The tables of all operations are full of pointers. In a position-independent program each of them is a relocation,
    // of 24 bytes: 0.8 MB that are read at every start.
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
