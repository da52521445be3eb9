//! Namespaces.

use sae_models::sae::{
    self, CreateNamespace, CreateNamespaceOutput, DeleteNamespace, DeleteNamespaceOutput, DescribeNamespace,
    DescribeNamespaceList, DescribeNamespaceListOutput, DescribeNamespaceOutput, DescribeNamespaces,
    DescribeNamespacesOutput, NamespaceNetwork, NamespacePage, TenantNamespace, UpdateNamespace,
    UpdateNamespaceOutput,
};

use crate::domain::Refusal;
use crate::domain::catalogue::region_name;
use crate::domain::commands::namespaces::NewNamespace;
use crate::domain::namespace::Namespace;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;

impl Handle for CreateNamespace {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("an identifier is region, colon, name, in at most 32 characters; the name has lower-case letters and digits"),
        Source::Document.says("a display name has at most 63 characters, a description 100"),
        Source::Metadata.says("NameSpaceShortId and the client's region stand for NamespaceId"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateNamespaceOutput, Refusal> {
        let new = NewNamespace {
            id: id(call, self.namespace_id, self.name_space_short_id)?,
            name: self.namespace_name,
            description: self.namespace_description,
            registry: self.enable_micro_registration.unwrap_or(true),
        };
        let id = call.state.create_namespace(new, call.now())?;
        let mut output = CreateNamespaceOutput::default();
        output.data = Some(described(&call.state.namespace(&id)?));
        Ok(output)
    }
}

impl Handle for DeleteNamespace {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("a namespace with applications is refused, and so is the default one"),
        Source::Metadata.says("a namespace with ingresses is refused"),
        Source::Assumption.says("a namespace with jobs or web applications is refused like one with applications"),
        Source::Assumption.says("a namespace with config maps or secrets is refused with InvalidParameter.WithMessage"),
        Source::Assumption.says("while its last application is being deleted, the refusal is InvalidOperation.NamespaceClusterNotDeleted"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteNamespaceOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        call.state.delete_namespace(&id)?;
        Ok(DeleteNamespaceOutput::default())
    }
}

impl Handle for DescribeNamespace {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a default namespace counts as one that doesn't exist")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeNamespaceOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        let mut output = DescribeNamespaceOutput::default();
        output.data = Some(described(&call.state.created_namespace(&id)?));
        Ok(output)
    }
}

impl Handle for UpdateNamespace {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a default namespace counts as one that doesn't exist")];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateNamespaceOutput, Refusal> {
        let id = id(call, self.namespace_id, self.name_space_short_id)?;
        let (description, registry) = (self.namespace_description, self.enable_micro_registration);
        call.state.update_namespace(&id, self.namespace_name, description, registry)?;
        let mut output = UpdateNamespaceOutput::default();
        output.data = Some(described(&call.state.namespace(&id)?));
        Ok(output)
    }
}

impl Handle for DescribeNamespaces {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a client that names no region gets the namespaces of all regions")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeNamespacesOutput, Refusal> {
        let all = all(call);
        let page = page(all, self.current_page, self.page_size, 10)?;
        let mut data = NamespacePage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.namespaces = page.items.iter().map(with_access).collect();
        let mut output = DescribeNamespacesOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeNamespaceList {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("ContainCustom adds the namespaces that were created to the default one"),
        Source::Assumption.says("the short identifier of a default namespace is its region"),
        Source::Assumption.says("a client that names no region gets the namespaces of all regions"),
    ];

    /// Lists namespaces. The document requires `ContainCustom`; without it only the default namespace is listed.
    /// `HybridCloudExclude` is ignored, since no namespace belongs to a hybrid cloud.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeNamespaceListOutput, Refusal> {
        let created = self.contain_custom.unwrap_or(false);
        let listed = all(call).into_iter().filter(|namespace| created || namespace.short_id().is_none());
        let mut output = DescribeNamespaceListOutput::default();
        output.data = listed.map(|namespace| with_network(&namespace)).collect();
        Ok(output)
    }
}

/// The namespaces of the client's region. A client that names none gets all that were created, since the endpoint of
/// this server doesn't name a region.
fn all(call: &Call<'_>) -> Vec<Namespace> {
    call.state.all_namespaces(call.region, !call.regional)
}

/// The identifier of a namespace, or one made of a short identifier and the client's region. The short identifier of a
/// default namespace is the region.
pub fn id(call: &Call<'_>, id: Option<String>, short: Option<String>) -> Result<String, Refusal> {
    let long = |short: String| if short == call.region { short } else { format!("{}:{short}", call.region) };
    let id = id.or_else(|| short.map(long));
    id.ok_or_else(|| Refusal::missing("NamespaceId"))
}

fn described(namespace: &Namespace) -> sae::Namespace {
    let mut data = sae::Namespace::default();
    data.namespace_id = text(&namespace.id);
    data.namespace_name = text(&namespace.name);
    data.namespace_description = text(&namespace.description);
    data.region_id = text(namespace.region());
    data.enable_micro_registration = Some(namespace.registry);
    data.name_space_short_id = text(namespace.short());
    data
}

fn with_access(namespace: &Namespace) -> TenantNamespace {
    let mut data = TenantNamespace::default();
    data.namespace_id = text(&namespace.id);
    data.namespace_name = text(&namespace.name);
    data.namespace_description = text(&namespace.description);
    data.region_id = text(namespace.region());
    data.name_space_short_id = text(namespace.short());
    data.tenant_id = text(&namespace.access.tenant);
    data.access_key = text(&namespace.access.key);
    data.secret_key = text(&namespace.access.secret);
    data
}

fn with_network(namespace: &Namespace) -> NamespaceNetwork {
    let mut data = NamespaceNetwork::default();
    data.namespace_id = text(&namespace.id);
    // A default namespace has the name of its region without the city here.
    data.namespace_name = match namespace.short_id() {
        Some(_) => text(&namespace.name),
        None => region_name(namespace.region()).split('（').next().and_then(text),
    };
    data.region_id = text(namespace.region());
    data.agent_install = Some(agent_install(namespace.region()));
    data.name_space_short_id = text(namespace.short());
    data.custom = Some(namespace.short_id().is_some());
    #[expect(deprecated, reason = "the service still sends it")]
    {
        data.current = Some(false);
    }
    data.hybrid_cloud_enable = Some(false);
    data.vpc_id = namespace.network.as_ref().and_then(|network| text(&network.vpc));
    data.v_switch_id = namespace.network.as_ref().and_then(|network| text(&network.vswitch));
    data
}

/// The address of the script that installs the EDAS agent. The document shows the buckets of Beijing and Qingdao.
fn agent_install(region: &str) -> String {
    format!("http://edas-{region}.oss-{region}-internal.aliyuncs.com/install.sh")
}
