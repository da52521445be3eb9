//! The implemented operations.
//!
//! Each product has a table; a test compares its names with the spec. Other operations of the spec answer
//! `Local.NotImplemented`, or `Local.OutOfScope` if this server is not to serve them.

use sae_models::{edas as edas_models, sae};
use sae_transport::{Description, Registered, Service};

use crate::domain::Refusal;
use crate::handlers::call::{Handle, Handler, handler};
use crate::handlers::edas;
use crate::handlers::fidelity::{Fidelity, OutOfScope, Rule, Source};

/// A version of a service with its operations.
#[derive(Debug)]
pub struct Product {
    /// The service.
    pub service: &'static Service,
    /// All its operations in the spec.
    pub registered: &'static [&'static [Registered]],
    /// The implemented operations.
    pub operations: &'static [Implemented],
    /// The operations that this server is not to serve, each with the reason.
    pub out_of_scope: &'static [(&'static str, &'static str)],
}

/// An implemented operation.
#[derive(Clone, Copy, Debug)]
pub struct Implemented {
    /// Its wire name.
    pub name: &'static str,
    /// Its handler.
    pub handler: Handler,
    /// Where its parameters and its answer come from.
    pub source: Source,
    /// Its rules.
    pub rules: &'static [Rule],
}

impl Product {
    /// The handler of an operation; none if it isn't implemented.
    pub fn handler(&self, name: &str) -> Option<Handler> {
        self.operations.iter().find(|implemented| implemented.name == name).map(|one| one.handler)
    }
}

/// The products of this server.
pub static PRODUCTS: &[Product] = &[
    Product {
        service: &sae::SERVICE,
        registered: sae::OPERATIONS,
        operations: SAE_OPERATIONS,
        out_of_scope: &[],
    },
    Product {
        service: &edas_models::SERVICE,
        registered: edas_models::OPERATIONS,
        operations: EDAS_OPERATIONS,
        out_of_scope: edas::OUT_OF_SCOPE,
    },
];

/// The operations that this server implements: the product and the wire name of each.
///
/// ```
/// assert!(sae_local::implemented().any(|operation| operation == ("sae", "CreateApplication")));
/// ```
pub fn implemented() -> impl Iterator<Item = (&'static str, &'static str)> {
    fidelity().map(|one| (one.product, one.operation))
}

/// Where each implemented operation comes from, with the rules that it keeps and where each of those comes from.
///
/// ```
/// use sae_local::{Source, fidelity};
///
/// let create = fidelity().find(|one| one.operation == "CreateApplication").ok_or("it is implemented")?;
/// assert_eq!(create.source, Source::Document);
/// assert!(create.rules.iter().any(|rule| rule.source == Source::Assumption));
/// # Ok::<(), &str>(())
/// ```
pub fn fidelity() -> impl Iterator<Item = Fidelity> {
    PRODUCTS.iter().flat_map(|product| {
        product.operations.iter().map(|one| Fidelity {
            product: product.service.product,
            operation: one.name,
            source: one.source,
            rules: one.rules,
        })
    })
}

/// The operations that this server is not to serve, with the reason for each.
///
/// ```
/// assert!(sae_local::out_of_scope().any(|one| one.operation == "ScaleOutApplication"));
/// ```
pub fn out_of_scope() -> impl Iterator<Item = OutOfScope> {
    PRODUCTS.iter().flat_map(|product| {
        product.out_of_scope.iter().map(|(operation, reason)| OutOfScope {
            product: product.service.product,
            operation,
            reason,
        })
    })
}

/// The refusal of an operation without a handler.
pub fn not_implemented(operation: &Description) -> Refusal {
    let reason = out_of_scope()
        .find(|one| one.product == operation.service.product && one.operation == operation.name)
        .map(|one| one.reason);
    match reason {
        Some(reason) => Refusal::with("Local.OutOfScope", [operation.name, reason]),
        None => Refusal::with("Local.NotImplemented", [operation.name]),
    }
}

const fn of_sae<O: Handle>() -> Implemented {
    implemented_by::<O>(handler::<O>)
}

const fn of_edas<O: Handle>() -> Implemented {
    implemented_by::<O>(edas::handler::<O>)
}

const fn implemented_by<O: Handle>(handler: Handler) -> Implemented {
    Implemented { name: O::DESCRIPTION.name, handler, source: O::SOURCE, rules: O::RULES }
}

/// The implemented operations of SAE.
pub static SAE_OPERATIONS: &[Implemented] = &[
    of_sae::<sae::CreateNamespace>(),
    of_sae::<sae::DeleteNamespace>(),
    of_sae::<sae::DescribeNamespace>(),
    of_sae::<sae::DescribeNamespaces>(),
    of_sae::<sae::UpdateNamespace>(),
    of_sae::<sae::DescribeNamespaceList>(),
    of_sae::<sae::DescribeNamespaceResources>(),
    of_sae::<sae::DescribeVSwitches>(),
    of_sae::<sae::UpdateNamespaceVpc>(),
    of_sae::<sae::UpdateNamespaceSlsConfigs>(),
    of_sae::<sae::CreateWebApplication>(),
    of_sae::<sae::UpdateWebApplication>(),
    of_sae::<sae::DeleteWebApplication>(),
    of_sae::<sae::DescribeWebApplication>(),
    of_sae::<sae::ListWebApplications>(),
    of_sae::<sae::StartWebApplication>(),
    of_sae::<sae::StopWebApplication>(),
    of_sae::<sae::PublishWebApplicationRevision>(),
    of_sae::<sae::DescribeWebApplicationRevision>(),
    of_sae::<sae::ListWebApplicationRevisions>(),
    of_sae::<sae::DeleteWebApplicationRevision>(),
    of_sae::<sae::UpdateWebApplicationTrafficConfig>(),
    of_sae::<sae::DescribeWebApplicationTrafficConfig>(),
    of_sae::<sae::UpdateWebApplicationScalingConfig>(),
    of_sae::<sae::DescribeWebApplicationScalingConfig>(),
    of_sae::<sae::DescribeApplicationConfig>(),
    of_sae::<sae::DescribeRegions>(),
    of_sae::<sae::DescribeInstanceLog>(),
    of_sae::<sae::DescribeComponents>(),
    of_sae::<sae::DescribeEdasContainers>(),
    of_sae::<sae::DescribeApplicationImage>(),
    of_sae::<sae::DescribeApplicationInstances>(),
    of_sae::<sae::DescribeApplicationGroups>(),
    of_sae::<sae::ListApplications>(),
    of_sae::<sae::QueryResourceStatics>(),
    of_sae::<sae::ListLogConfigs>(),
    of_sae::<sae::DescribeApplicationStatus>(),
    of_sae::<sae::DeployApplication>(),
    of_sae::<sae::CreateApplication>(),
    of_sae::<sae::DeleteApplication>(),
    of_sae::<sae::StopApplication>(),
    of_sae::<sae::RescaleApplicationVertically>(),
    of_sae::<sae::StartApplication>(),
    of_sae::<sae::ConfirmPipelineBatch>(),
    of_sae::<sae::ListChangeOrders>(),
    of_sae::<sae::AbortAndRollbackChangeOrder>(),
    of_sae::<sae::DescribeChangeOrder>(),
    of_sae::<sae::DescribeInstanceSpecifications>(),
    of_sae::<sae::RescaleApplication>(),
    of_sae::<sae::RestartApplication>(),
    of_sae::<sae::AbortChangeOrder>(),
    of_sae::<sae::BindSlb>(),
    of_sae::<sae::UnbindSlb>(),
    of_sae::<sae::DescribeApplicationSlbs>(),
    of_sae::<sae::ListConsumedServices>(),
    of_sae::<sae::ListPublishedServices>(),
    of_sae::<sae::DescribePipeline>(),
    of_sae::<sae::ListAppEvents>(),
    of_sae::<sae::UpdateApplicationDescription>(),
    of_sae::<sae::CreateConfigMap>(),
    of_sae::<sae::DescribeConfigMap>(),
    of_sae::<sae::UpdateConfigMap>(),
    of_sae::<sae::DeleteConfigMap>(),
    of_sae::<sae::ListNamespacedConfigMaps>(),
    of_sae::<sae::CreateSecret>(),
    of_sae::<sae::DescribeSecret>(),
    of_sae::<sae::UpdateSecret>(),
    of_sae::<sae::DeleteSecret>(),
    of_sae::<sae::ListSecrets>(),
    of_sae::<sae::CreateIngress>(),
    of_sae::<sae::DescribeIngress>(),
    of_sae::<sae::UpdateIngress>(),
    of_sae::<sae::DeleteIngress>(),
    of_sae::<sae::ListIngresses>(),
    of_sae::<sae::TagResources>(),
    of_sae::<sae::UntagResources>(),
    of_sae::<sae::ListTagResources>(),
    of_sae::<sae::BindNlb>(),
    of_sae::<sae::UnbindNlb>(),
    of_sae::<sae::DescribeApplicationNlbs>(),
    of_sae::<sae::CreateGreyTagRoute>(),
    of_sae::<sae::DescribeGreyTagRoute>(),
    of_sae::<sae::UpdateGreyTagRoute>(),
    of_sae::<sae::DeleteGreyTagRoute>(),
    of_sae::<sae::ListGreyTagRoute>(),
    of_sae::<sae::ListAppVersions>(),
    of_sae::<sae::RollbackApplication>(),
    of_sae::<sae::GetApplication>(),
    of_sae::<sae::RestartInstances>(),
    of_sae::<sae::ReduceApplicationCapacityByInstanceIds>(),
    of_sae::<sae::UpdateAppSecurityGroup>(),
    of_sae::<sae::CreateJob>(),
    of_sae::<sae::UpdateJob>(),
    of_sae::<sae::DeleteJob>(),
    of_sae::<sae::DescribeJob>(),
    of_sae::<sae::ListJobs>(),
    of_sae::<sae::ExecJob>(),
    of_sae::<sae::SuspendJob>(),
    of_sae::<sae::DescribeJobStatus>(),
    of_sae::<sae::DescribeJobHistory>(),
    of_sae::<sae::DeleteHistoryJob>(),
    of_sae::<sae::CreateOrUpdateSwimmingLaneGroup>(),
    of_sae::<sae::DeleteSwimmingLaneGroup>(),
    of_sae::<sae::ListAllSwimmingLaneGroups>(),
    of_sae::<sae::ListSwimmingLaneGroupTags>(),
    of_sae::<sae::CreateOrUpdateSwimmingLane>(),
    of_sae::<sae::ListAllSwimmingLanes>(),
    of_sae::<sae::DescribeSwimmingLane>(),
    of_sae::<sae::UpdateSwimmingLaneEnableAttribute>(),
    of_sae::<sae::ListSwimmingLaneGatewayRoutes>(),
    of_sae::<sae::ListApplicationsForSwimmingLane>(),
    of_sae::<sae::ListAppServices>(),
    of_sae::<sae::ListAppServicesPage>(),
    of_sae::<sae::DescribeAppServiceDetail>(),
    of_sae::<sae::DescribeApplicationMseService>(),
    of_sae::<sae::ListApplicationCenterServiceInstances>(),
    of_sae::<sae::QueryArmsEnable>(),
    of_sae::<sae::DisableArms>(),
    of_sae::<sae::UpgradeApplicationApmService>(),
    of_sae::<sae::DowngradeApplicationApmService>(),
    of_sae::<sae::OpenSaeService>(),
    of_sae::<sae::DescribeConfigurationPrice>(),
    of_sae::<sae::GetWebshellToken>(),
];

/// The implemented operations of EDAS.
pub static EDAS_OPERATIONS: &[Implemented] = &[
    of_edas::<edas_models::InsertK8sApplication>(),
    of_edas::<edas_models::DeployK8sApplication>(),
    of_edas::<edas_models::GetK8sApplication>(),
    of_edas::<edas_models::ListApplication>(),
    of_edas::<edas_models::DeleteK8sApplication>(),
    of_edas::<edas_models::ScaleK8sApplication>(),
    of_edas::<edas_models::StartK8sApplication>(),
    of_edas::<edas_models::StopK8sApplication>(),
    of_edas::<edas_models::RestartK8sApplication>(),
    of_edas::<edas_models::GetChangeOrderInfo>(),
    of_edas::<edas_models::ListRecentChangeOrder>(),
    of_edas::<edas_models::ContinuePipeline>(),
    of_edas::<edas_models::AbortChangeOrder>(),
    of_edas::<edas_models::AbortAndRollbackChangeOrder>(),
    of_edas::<edas_models::GetAppDeployment>(),
    of_edas::<edas_models::DescribeAppInstanceList>(),
    of_edas::<edas_models::GetJavaStartUpConfig>(),
    of_edas::<edas_models::GetK8sCluster>(),
    of_edas::<edas_models::ListK8sNamespaces>(),
    of_edas::<edas_models::CreateK8sConfigMap>(),
    of_edas::<edas_models::UpdateK8sConfigMap>(),
    of_edas::<edas_models::DeleteK8sConfigMap>(),
    of_edas::<edas_models::ListK8sConfigMaps>(),
    of_edas::<edas_models::CreateK8sSecret>(),
    of_edas::<edas_models::UpdateK8sSecret>(),
    of_edas::<edas_models::DeleteK8sSecret>(),
    of_edas::<edas_models::ListK8sSecrets>(),
    of_edas::<edas_models::CreateK8sService>(),
    of_edas::<edas_models::UpdateK8sService>(),
    of_edas::<edas_models::DeleteK8sService>(),
    of_edas::<edas_models::GetK8sServices>(),
    of_edas::<edas_models::BindK8sSlb>(),
    of_edas::<edas_models::UpdateK8sSlb>(),
    of_edas::<edas_models::UnbindK8sSlb>(),
    of_edas::<edas_models::CreateK8sIngressRule>(),
    of_edas::<edas_models::UpdateK8sIngressRule>(),
    of_edas::<edas_models::DeleteK8sIngressRule>(),
    of_edas::<edas_models::ListK8sIngressRules>(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PRODUCTS, Product};
    use crate::handlers::fidelity::Source;

    #[test]
    fn the_guide_counts_them() {
        let page = include_str!("../../../../docs/guide/src/local-server.md");
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let [sae, edas] = PRODUCTS else { panic!("two products") };
        let all = |product: &Product| product.registered.iter().copied().flatten().count();
        let documented = sae.operations.iter().filter(|one| one.source == Source::Document).count();
        let counts = format!(
            "{} of the {} operations of SAE, all {documented} of the document of 2019 among them, and {} operations of EDAS",
            sae.operations.len(),
            all(sae),
            edas.operations.len(),
        );
        assert!(page.contains(&counts), "the page doesn't say: {counts}");
    }

    #[test]
    fn an_operation_is_served_or_out_of_scope_but_not_both() {
        for product in PRODUCTS {
            let spec: BTreeSet<_> =
                product.registered.iter().copied().flatten().map(|one| one.description.name).collect();
            let served: BTreeSet<_> = product.operations.iter().map(|one| one.name).collect();
            let left_out: BTreeSet<_> = product.out_of_scope.iter().map(|(name, _)| *name).collect();
            assert_eq!(left_out.len(), product.out_of_scope.len(), "an operation stands twice");
            assert!(left_out.is_subset(&spec));
            assert!(left_out.is_disjoint(&served), "{:?}", left_out.intersection(&served));
        }
    }

    #[test]
    fn every_operation_stands_once() {
        for product in PRODUCTS {
            let spec: BTreeSet<_> =
                product.registered.iter().copied().flatten().map(|o| o.description.name).collect();
            let names: BTreeSet<_> = product.operations.iter().map(|one| one.name).collect();
            assert_eq!(names.len(), product.operations.len(), "an operation stands twice");
            assert_eq!(names.difference(&spec).count(), 0);
        }
    }
}
