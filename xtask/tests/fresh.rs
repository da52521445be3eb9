//! What is committed is what the spec generates.

use std::path::Path;

use xtask::codegen;

#[test]
fn generated_code_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let difference = codegen::check(root).unwrap_or_else(|error| panic!("{error}"));
    assert!(difference.is_empty(), "{}", codegen::complaint(&difference));
}
