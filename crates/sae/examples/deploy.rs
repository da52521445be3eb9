//! Deploys an image, shows how it goes and ends with the exit code of a rollout: `deploy APPLICATION IMAGE`.
#![expect(clippy::print_stderr, reason = "a program talks to people")]

use std::process::ExitCode;

use sae::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let [app, image] = [1, 2].map(|at| std::env::args().nth(at).unwrap_or_default());
    deploy(&app, &image).await.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(error.exit_code())
    })
}

async fn deploy(app: &str, image: &str) -> Result<ExitCode, Error> {
    let client = Client::from_env().await?;
    let app = client.resolve_application(app).await?.app_id.or_missing("AppId")?;
    let order = client.deploy(DeployApplication::new(app).image_url(image)).await?;
    let finished = order.wait().watch(|snapshot| eprintln!("{snapshot}")).await?;
    eprintln!("{finished}");
    Ok(ExitCode::from(finished.outcome.exit_code()))
}
