//! The figures, one function each, and the table that they fill.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use crate::folder;
use crate::load::{Call, Client, Latencies, run, unique};
use crate::server::Server;

/// Measures something and adds it to the table.
pub type Figure = for<'a> fn(&'a Path, &'a mut Table) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// All of them, by name.
pub const ALL: &[(&str, Figure)] = &[
    ("ready", |program, table| Box::pin(async { ready(program, table) })),
    ("reads", |program, table| Box::pin(reads(program, table))),
    ("durable writes", |program, table| Box::pin(durable_writes(program, table))),
    ("applications", |program, table| Box::pin(applications(program, table))),
    ("idle connections", |program, table| Box::pin(idle_connections(program, table))),
    ("kill -9", |program, table| Box::pin(kill_nine(program, table))),
];

/// What was measured, as Markdown.
#[derive(Default)]
pub struct Table(Vec<[String; 3]>);

impl Table {
    fn row(&mut self, figure: &str, must: &str, measured: String) {
        self.0.push([figure.to_owned(), must.to_owned(), measured]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| figure | must | measured |\n| --- | --- | --- |")?;
        self.0
            .iter()
            .try_for_each(|[figure, must, measured]| writeln!(f, "| {figure} | {must} | {measured} |"))
    }
}

fn ready(program: &Path, table: &mut Table) {
    for (figure, data) in [("ready, in memory", None), ("ready, with a new store", Some(folder()))] {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let server = Server::start(program, data.as_deref());
                server.ready
            })
            .collect();
        times.sort_unstable();
        table.row(figure, "≤ 50 ms", format!("{} (median of {ROUNDS})", millis(times[times.len() / 2])));
    }
}

async fn reads(program: &Path, table: &mut Table) {
    let server = Server::start(program, None);
    let mut client = Client::connect(server.address).await;
    let id = create_application(&mut client, "shop").await;
    let status =
        move || Call::new("GET", "/pop/v1/sam/app/describeApplicationStatus", &[("AppId", id.clone())]);
    run(server.address, 64, WARM_UP, status.clone()).await;
    let taken = run(server.address, 64, SPAN, status).await;
    table.row("signed reads, 64 clients", "≥ 10,000/s, p99 ≤ 10 ms", rate_and_tail(&taken));
}

async fn durable_writes(program: &Path, table: &mut Table) {
    for clients in [1, 64] {
        let data = folder();
        let server = Server::start(program, Some(&data));
        let taken = run(server.address, clients, SPAN, create_namespace).await;
        let must = if clients == 1 { "" } else { "≥ 1,000/s" };
        table.row(&format!("durable writes, {clients} clients"), must, rate_and_tail(&taken));
        drop(server);
        remove(&data);
    }
}

/// 10,000 applications: in memory, then from a store that was opened again.
async fn applications(program: &Path, table: &mut Table) {
    let data = folder();
    let server = Server::start(program, Some(&data));
    let names = std::rc::Rc::new(std::cell::Cell::new(0));
    let local = tokio::task::LocalSet::new();
    let address = server.address;
    let creators: Vec<_> = (0..32)
        .map(|_| {
            let names = std::rc::Rc::clone(&names);
            local.spawn_local(async move {
                let mut client = Client::connect(address).await;
                while names.get() < APPLICATIONS {
                    names.set(names.get() + 1);
                    create_application(&mut client, &format!("app-{}", names.get())).await;
                }
            })
        })
        .collect();
    local
        .run_until(async {
            for creator in creators {
                creator.await.expect("no client panics");
            }
        })
        .await;
    let figure = format!("{APPLICATIONS} applications listed in pages of {PAGE}");
    table.row(&figure, "p99 ≤ 10 ms", format!("p99 {}", millis(listed(&server).await.quantile(0.99))));
    table.row("resident memory with them", "≤ 100 MiB", format!("{:.0} MiB", server.resident()));
    server.kill();
    let server = Server::start(program, Some(&data));
    table.row("ready, with their store", "", millis(server.ready));
    listed(&server).await;
    table.row("resident memory after a restart", "≤ 100 MiB", format!("{:.0} MiB", server.resident()));
    drop(server);
    remove(&data);
}

async fn idle_connections(program: &Path, table: &mut Table) {
    let server = Server::start(program, None);
    let regions = || Call::new("GET", "/pop/v1/paas/regionConfig", &[]);
    let mut clients = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let mut client = Client::connect(server.address).await;
        client.call(&regions()).await;
        clients.push(client);
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let resident = server.resident();
    let mut held = 0;
    for client in &mut clients {
        held += usize::from(client.acknowledged(&regions()).await);
    }
    let measured = format!("{held} held, {resident:.0} MiB resident");
    table.row("idle connections", "10,000 held", measured);
}

/// Writers are cut off in the middle of their work, again and again; what was acknowledged must be there.
async fn kill_nine(program: &Path, table: &mut Table) {
    let data = folder();
    let (mut acknowledged, mut lost) = (Vec::new(), 0);
    for round in 0..KILLS {
        let server = Server::start(program, Some(&data));
        let address = server.address;
        let local = tokio::task::LocalSet::new();
        let writers: Vec<_> = (0..16)
            .map(|_| {
                local.spawn_local(async move {
                    let mut client = Client::connect(address).await;
                    let mut written = Vec::new();
                    loop {
                        let call = create_namespace();
                        if !client.acknowledged(&call).await {
                            return written;
                        }
                        written.push(call.query[0].1.to_string());
                    }
                })
            })
            .collect();
        local
            .run_until(async {
                tokio::time::sleep(Duration::from_millis(60 + 3 * round)).await;
                server.kill();
                for writer in writers {
                    acknowledged.extend(writer.await.expect("no client panics"));
                }
            })
            .await;
        let server = Server::start(program, Some(&data));
        let there = namespaces(&server).await;
        lost += acknowledged.iter().filter(|id| !there.contains(*id)).count();
    }
    remove(&data);
    assert!(acknowledged.len() > 1000, "too few writes to tell anything: {}", acknowledged.len());
    assert_eq!(lost, 0, "acknowledged writes are lost");
    let measured = format!("{lost} of {} in {KILLS} rounds", acknowledged.len());
    table.row("acknowledged writes lost by kill -9", "0 in 50 rounds", measured);
}

/// All pages of the list, several times.
async fn listed(server: &Server) -> Latencies {
    let page = std::cell::Cell::new(0);
    let page = std::rc::Rc::new(page);
    let next = move || {
        page.set(page.get() % (APPLICATIONS / PAGE) + 1);
        let number = page.get().to_string();
        let query = [("CurrentPage", number), ("PageSize", PAGE.to_string())];
        Call::new("GET", "/pop/v1/sam/app/listApplications", &query)
    };
    let mut client = Client::connect(server.address).await;
    let first = client.call(&next()).await;
    assert!(first.contains(&format!("\"TotalSize\":{APPLICATIONS}")), "not all are there: {first}");
    run(server.address, 1, Duration::from_secs(5), next).await
}

async fn namespaces(server: &Server) -> std::collections::HashSet<String> {
    let mut client = Client::connect(server.address).await;
    let query = [("ContainCustom", "true".to_owned())];
    let call = Call::new("GET", "/pop/v1/sam/namespace/describeNamespaceList", &query);
    let answer: serde_json::Value = serde_json::from_str(client.call(&call).await).expect("JSON");
    let listed = answer["Data"].as_array().expect("a list").iter();
    listed.filter_map(|namespace| namespace["NamespaceId"].as_str().map(str::to_owned)).collect()
}

fn create_namespace() -> Call {
    let id = format!("cn-hangzhou:n{}", unique());
    let query = [("NamespaceId", id), ("NamespaceName", "bench".to_owned())];
    Call::new("POST", "/pop/v1/paas/namespace", &query)
}

async fn create_application(client: &mut Client, name: &str) -> String {
    let query = [
        ("AppName", name.to_owned()),
        ("PackageType", "Image".to_owned()),
        ("ImageUrl", "demo/nginx:1".to_owned()),
        ("Replicas", "1".to_owned()),
    ];
    let call = Call::new("POST", "/pop/v1/sam/app/createApplication", &query);
    let answer: serde_json::Value = serde_json::from_str(client.call(&call).await).expect("JSON");
    answer["Data"]["AppId"].as_str().expect("an id").to_owned()
}

fn rate_and_tail(taken: &Latencies) -> String {
    format!("{:.0}/s, p99 {}", taken.rate(), millis(taken.quantile(0.99)))
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn remove(folder: &Path) {
    // It lies in the folder for temporary files.
    let _ = std::fs::remove_dir_all(folder);
}

const ROUNDS: usize = 11;
const WARM_UP: Duration = Duration::from_secs(1);
const SPAN: Duration = Duration::from_secs(8);
const APPLICATIONS: usize = 10_000;
const PAGE: usize = 100;
const CONNECTIONS: usize = 10_000;
const KILLS: u64 = 50;
