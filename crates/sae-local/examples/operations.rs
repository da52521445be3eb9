//! Prints which operations the local server implements: a product and a name in each line.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

fn main() {
    for (product, operation) in sae_local::implemented() {
        println!("{product} {operation}");
    }
}
