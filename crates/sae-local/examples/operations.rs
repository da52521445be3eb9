//! Prints which operations the local server implements, a line each: the product, the name and where it comes from. The
//! rules of an operation follow in indented lines, each with where it comes from. Then the operations that are out of its
//! scope: a minus, the product, the name and the reason.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

fn main() {
    for one in sae_local::fidelity() {
        println!("{} {} {}", one.product, one.operation, one.source);
        for rule in one.rules {
            println!("  {} {}", rule.source, rule.says);
        }
    }
    for one in sae_local::out_of_scope() {
        println!("- {} {} {}", one.product, one.operation, one.reason);
    }
}
