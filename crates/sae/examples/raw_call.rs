//! An operation that is learned at run time, and the answer as it came: `raw_call [OPERATION] [JSON]`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;

use sae::model::OPERATIONS;
use sae::transport::decode_json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let stage = stage::Stage::open().await?;
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "DescribeNamespaces".to_owned());
    let parameters = words.next().unwrap_or_else(|| r#"{"CurrentPage":1,"PageSize":10}"#.to_owned());

    // Every operation is data: its description, and makers of an empty request and an empty answer.
    let mut operations = OPERATIONS.iter().copied().flatten();
    let operation = operations.find(|one| one.description.name == name).ok_or("no such operation")?;
    println!("{}: {}", name, operation.description.summary);

    let mut request = (operation.request)();
    for note in decode_json::object(&parameters, &mut *request)? {
        println!("{} is not used", note.path);
    }
    let reply = stage.client.send_registered(operation, &*request).await?;

    // The typed answer with its wire names, and the bytes from which it was read.
    println!("{}", reply.to_json());
    println!("HTTP {}, {} bytes", reply.answer.status, reply.answer.body.len());
    Ok(())
}
