//! The budget: how many allocations signing a typical GET takes at most.

use sae_sign::{Credentials, Request, Scheme, sign};

mod typical;

#[test]
fn signing_allocates_little() {
    let path = "/pop/v1/sam/app/listApplications";
    let plain = Credentials::new("id", "secret");
    for (scheme, credentials, at_most) in [
        (Scheme::Roa, plain, 3),
        (Scheme::Roa, plain.with_token("token"), 5),
        (Scheme::Acs3, plain, 4),
        (Scheme::Acs3, plain.with_token("token"), 7),
    ] {
        let (query, headers) = typical::get(scheme);
        let request = Request { method: "GET", path, query: &query, headers: &headers, body: b"" };
        let counted = allocation_counter::measure(|| drop(sign(scheme, &request, &credentials).unwrap()));
        println!("{scheme}: {} allocations of {} bytes", counted.count_total, counted.bytes_total);
        assert!(counted.count_total <= at_most, "{scheme}: {} allocations", counted.count_total);
    }
}
