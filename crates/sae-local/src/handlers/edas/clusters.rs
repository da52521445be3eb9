//! Clusters and their namespaces.

use std::collections::BTreeSet;

use sae_models::edas::{
    GetK8sCluster, GetK8sClusterOutput, KubernetesCluster, KubernetesClusterPage, KubernetesClusterSubtype,
    KubernetesClusterType, KubernetesNamespace, ListK8sNamespaces, ListK8sNamespacesOutput,
};

use super::objects::cluster_name;
use crate::domain::Refusal;
use crate::domain::k8s::cluster::{Cluster, ClusterNamespace};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;

impl Handle for GetK8sCluster {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("each region has one cluster, always the same")];

    /// Lists the one cluster of each region, a managed one that is imported already.
    fn handle(self, call: &mut Call<'_>) -> Result<GetK8sClusterOutput, Refusal> {
        if !call.state.is_region(&self.region_tag) {
            return Err(Refusal::invalid("RegionTag"));
        }
        let of_kind = self.cluster_type.is_none_or(|kind| kind == KubernetesClusterType::ContainerService);
        let of_subtype = self.sub_cluster_type.is_none_or(|kind| kind == KubernetesClusterSubtype::Managed);
        let clusters = (of_kind && of_subtype).then(|| described(&Cluster::of(&self.region_tag)));
        let page = page(clusters, self.current_page, self.page_size, 1000)?;
        let mut data = KubernetesClusterPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.cluster_list = page.items;
        let mut output = GetK8sClusterOutput::default();
        output.cluster_page = Some(data);
        Ok(output)
    }
}

impl Handle for ListK8sNamespaces {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("a cluster has the namespaces that something is in, and `default`")];

    /// Lists the default namespace and those that have applications, ConfigMaps, Secrets or Ingresses. Without a cluster it lists those of the caller's
    /// region.
    fn handle(self, call: &mut Call<'_>) -> Result<ListK8sNamespacesOutput, Refusal> {
        let cluster = match self.cluster_id {
            Some(id) => call.state.cluster(&id)?.id,
            None => Cluster::of(call.region).id,
        };
        let state = &*call.state;
        let applications = state.applications.values().map(|application| application.namespace.as_str());
        let configs = state.cluster_configs.values().map(|config| config.home.as_str());
        let ingresses = state.cluster_ingresses.values().map(|ingress| ingress.home.as_str());
        let homes = applications.chain(configs).chain(ingresses).map(ClusterNamespace::parse);
        let mut names: BTreeSet<_> =
            homes.filter(|home| home.cluster == cluster).map(|home| home.namespace).collect();
        names.insert("default");
        let described = |name| {
            let mut data = KubernetesNamespace::default();
            data.namespace = text(name);
            data
        };
        let mut output = ListK8sNamespacesOutput::default();
        output.data = names.into_iter().map(described).collect();
        Ok(output)
    }
}

fn described(cluster: &Cluster) -> KubernetesCluster {
    let mut data = KubernetesCluster::default();
    data.cluster_id = text(&cluster.id);
    data.cluster_name = Some(cluster_name(cluster));
    data.cluster_type = Some(KubernetesClusterType::ContainerService);
    data.sub_cluster_type = Some(KubernetesClusterSubtype::Managed);
    data.cluster_import_status = Some(1);
    data.cluster_status = Some(1);
    data.cs_cluster_id = text(&cluster.container_service);
    data.cs_cluster_status = text("running");
    data.description = text("The cluster of this region");
    data.network_mode = Some(2);
    data.region_id = text(&cluster.region);
    data.vpc_id = text(&cluster.network.vpc);
    data.vswitch_id = text(&cluster.network.vswitch);
    data
}
