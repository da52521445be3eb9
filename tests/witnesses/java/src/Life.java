import com.aliyuncs.RoaAcsRequest;
import com.aliyuncs.sae.model.v20190506.*;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The life of an application in stages. At its end every operation of the SDK has succeeded. */
final class Life {
  private static final String NAMESPACE = Sdk.REGION + ":java";
  private static final String FIRST_IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:1";
  private static final String NEXT_IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:2";
  private static final String NOBODY = "00000000-0000-0000-0000-000000000000";
  private static final String NAME = "Orders & more = 100%? a+b ~*/ 'c' (d) für 测试";
  private static final String TWO_BY_HAND =
      "{\"type\":\"BatchUpdate\",\"batchUpdate\":{\"batch\":2,\"releaseType\":\"manual\",\"batchWaitTime\":1}}";
  private static final String PORTS = "[{\"port\":80,\"targetPort\":8080,\"protocol\":\"TCP\"}]";
  private static final long TIMEOUT_NANOS = 10_000_000_000L;
  // What change orders are at.
  private static final int SUCCEEDED = 2;
  private static final int ABORTED = 6;
  private static final int WAITING = 8;

  private final Main main;
  private final String host;
  private final Sdk sdk;
  private String app;

  Life(Main main, String host) {
    this.main = main;
    this.host = host;
    sdk = new Sdk(host, Sdk.SECRET);
  }

  void run() {
    main.check("the catalogue is read", this::catalogue);
    main.check("a namespace is written, read and renamed", this::namespace);
    main.check("an application is created", this::creation);
    main.check("a deployment waits for its second batch, and is confirmed", this::deployment);
    main.check("an application is looked at from all sides", this::reading);
    main.check("an application is restarted, rescaled, stopped and started", this::changes);
    main.check("a load balancer is bound and unbound", this::loadBalancer);
    main.check("a deployment is aborted, and another one rolled back", this::aborted);
    main.check("a refusal tells its status and code", this::refusals);
    main.check("an application and its namespace are deleted", this::deletion);
    main.check("every operation of the SDK has succeeded", this::complete);
  }

  private void catalogue() throws Exception {
    List<String> regions =
        sdk.call(new DescribeRegionsRequest()).getRegions().stream()
            .map(DescribeRegionsResponse.Region::getBizRegionId)
            .collect(Collectors.toList());
    is(regions.contains(Sdk.REGION), regions);
    is(!sdk.call(new DescribeInstanceSpecificationsRequest()).getData().isEmpty(), "sizes");
    is(!sdk.call(new DescribeEdasContainersRequest()).getData().isEmpty(), "containers");
    DescribeComponentsRequest components = new DescribeComponentsRequest();
    components.setType("JDK");
    is(!sdk.call(components).getData().isEmpty(), "components");
  }

  private void namespace() throws Exception {
    CreateNamespaceRequest create = new CreateNamespaceRequest();
    create.setNamespaceId(NAMESPACE);
    create.setNamespaceName(NAME);
    is(sdk.call(create).getData().getNamespaceName().equals(NAME), NAME);
    UpdateNamespaceRequest update = new UpdateNamespaceRequest();
    update.setNamespaceId(NAMESPACE);
    update.setNamespaceName("Orders");
    sdk.call(update);
    DescribeNamespaceRequest read = new DescribeNamespaceRequest();
    read.setNamespaceId(NAMESPACE);
    is(sdk.call(read).getData().getNamespaceName().equals("Orders"), "Orders");
    DescribeNamespacesRequest page = new DescribeNamespacesRequest();
    page.setCurrentPage(1);
    page.setPageSize(100);
    is(sdk.call(page).getData().getNamespaces().size() == 2, "namespaces");
    DescribeNamespaceListRequest list = new DescribeNamespaceListRequest();
    list.setContainCustom(true);
    is(sdk.call(list).getData().size() == 2, "namespaces");
  }

  private void creation() throws Exception {
    CreateApplicationRequest create = new CreateApplicationRequest();
    create.setAppName("java-life");
    create.setNamespaceId(NAMESPACE);
    create.setPackageType("Image");
    create.setImageUrl(FIRST_IMAGE);
    create.setReplicas(2);
    create.setCpu(1000);
    create.setMemory(2048);
    create.setDeploy(true);
    CreateApplicationResponse.Data created = sdk.call(create).getData();
    app = created.getAppId();
    reaches(created.getChangeOrderId(), SUCCEEDED);
    runs("RUNNING", 2);
  }

  private void deployment() throws Exception {
    String order = deploy(NEXT_IMAGE);
    String pipeline = reaches(order, WAITING).getCurrentPipelineId();
    RestartApplicationRequest restart = new RestartApplicationRequest();
    restart.setAppId(app);
    sdk.refused(restart, 400, "Application.ChangerOrderRunning");
    ConfirmPipelineBatchRequest confirm = new ConfirmPipelineBatchRequest();
    confirm.setPipelineId(pipeline);
    confirm.setConfirm(true);
    sdk.call(confirm);
    reaches(order, SUCCEEDED);
    configured(NEXT_IMAGE);
  }

  private void reading() throws Exception {
    DescribeApplicationGroupsRequest groups = new DescribeApplicationGroupsRequest();
    groups.setAppId(app);
    String group = sdk.call(groups).getData().get(0).getGroupId();
    DescribeApplicationInstancesRequest instances = new DescribeApplicationInstancesRequest();
    instances.setAppId(app);
    instances.setGroupId(group);
    List<DescribeApplicationInstancesResponse.Data.Instance> found = sdk.call(instances).getData().getInstances();
    is(found.size() == 2, found.size());
    DescribeInstanceLogRequest log = new DescribeInstanceLogRequest();
    log.setInstanceId(found.get(0).getInstanceId());
    is(sdk.call(log).getData().contains(NEXT_IMAGE), "log");
    DescribeApplicationImageRequest image = new DescribeApplicationImageRequest();
    image.setAppId(app);
    image.setImageUrl(NEXT_IMAGE);
    is(sdk.call(image).getData().getRepoTag().equals("2"), "tag");
    ListApplicationsRequest list = new ListApplicationsRequest();
    list.setAppName("java-life");
    is(sdk.call(list).getData().getApplications().get(0).getRunningInstances() == 2, "instances");
    QueryResourceStaticsRequest usage = new QueryResourceStaticsRequest();
    usage.setAppId(app);
    is(sdk.call(usage).getData().getSummary().getCpu() > 0, "usage");
    ListPublishedServicesRequest published = new ListPublishedServicesRequest();
    published.setAppId(app);
    sdk.call(published);
    ListConsumedServicesRequest consumed = new ListConsumedServicesRequest();
    consumed.setAppId(app);
    sdk.call(consumed);
    ListChangeOrdersRequest orders = new ListChangeOrdersRequest();
    orders.setAppId(app);
    orders.setCurrentPage(1);
    orders.setPageSize(10);
    is(sdk.call(orders).getData().getChangeOrderList().size() == 2, "change orders");
  }

  private void changes() throws Exception {
    RestartApplicationRequest restart = new RestartApplicationRequest();
    restart.setAppId(app);
    reaches(sdk.call(restart).getData().getChangeOrderId(), SUCCEEDED);
    RescaleApplicationRequest rescale = new RescaleApplicationRequest();
    rescale.setAppId(app);
    rescale.setReplicas(3);
    reaches(sdk.call(rescale).getData().getChangeOrderId(), SUCCEEDED);
    RescaleApplicationVerticallyRequest grow = new RescaleApplicationVerticallyRequest();
    grow.setAppId(app);
    grow.setCpu("2000");
    grow.setMemory("4096");
    reaches(sdk.call(grow).getData().getChangeOrderId(), SUCCEEDED);
    StopApplicationRequest stop = new StopApplicationRequest();
    stop.setAppId(app);
    reaches(sdk.call(stop).getData().getChangeOrderId(), SUCCEEDED);
    runs("STOPPED", 0);
    StartApplicationRequest start = new StartApplicationRequest();
    start.setAppId(app);
    reaches(sdk.call(start).getData().getChangeOrderId(), SUCCEEDED);
    runs("RUNNING", 3);
  }

  private void loadBalancer() throws Exception {
    BindSlbRequest bind = new BindSlbRequest();
    bind.setAppId(app);
    bind.setInternet(PORTS);
    reaches(sdk.call(bind).getData().getChangeOrderId(), SUCCEEDED);
    DescribeApplicationSlbsRequest read = new DescribeApplicationSlbsRequest();
    read.setAppId(app);
    is(sdk.call(read).getData().getInternet().get(0).getTargetPort() == 8080, "target port");
    UnbindSlbRequest unbind = new UnbindSlbRequest();
    unbind.setAppId(app);
    unbind.setInternet(true);
    reaches(sdk.call(unbind).getData().getChangeOrderId(), SUCCEEDED);
  }

  private void aborted() throws Exception {
    String order = deploy(FIRST_IMAGE);
    reaches(order, WAITING);
    AbortChangeOrderRequest abort = new AbortChangeOrderRequest();
    abort.setChangeOrderId(order);
    sdk.call(abort);
    reaches(order, ABORTED);
    order = deploy(NEXT_IMAGE);
    reaches(order, WAITING);
    AbortAndRollbackChangeOrderRequest back = new AbortAndRollbackChangeOrderRequest();
    back.setChangeOrderId(order);
    sdk.call(back);
    reaches(order, ABORTED);
    reaches(status().getLastChangeOrderId(), SUCCEEDED);
    configured(FIRST_IMAGE);
  }

  private void refusals() throws Exception {
    DescribeApplicationStatusRequest status = new DescribeApplicationStatusRequest();
    status.setAppId(NOBODY);
    sdk.refused(status, 400, "InvalidApplication.NotFound");
    new Sdk(host, "wrong").refused(status, 400, "SignatureDoesNotMatch");
  }

  private void deletion() throws Exception {
    DeleteApplicationRequest delete = new DeleteApplicationRequest();
    delete.setAppId(app);
    reaches(sdk.call(delete).getData().getChangeOrderId(), SUCCEEDED);
    DeleteNamespaceRequest remove = new DeleteNamespaceRequest();
    remove.setNamespaceId(NAMESPACE);
    sdk.call(remove);
    DescribeNamespaceRequest read = new DescribeNamespaceRequest();
    read.setNamespaceId(NAMESPACE);
    sdk.refused(read, 404, "InvalidNamespaceId.NotFound");
  }

  private void complete() throws Exception {
    Set<String> missing = new TreeSet<>();
    for (Class<?> request : Sdk.requests()) {
      missing.add(((RoaAcsRequest<?>) request.getDeclaredConstructor().newInstance()).getSysActionName());
    }
    missing.removeAll(sdk.succeeded);
    is(missing.isEmpty(), missing);
  }

  private String deploy(String image) throws Exception {
    DeployApplicationRequest deploy = new DeployApplicationRequest();
    deploy.setAppId(app);
    deploy.setImageUrl(image);
    deploy.setUpdateStrategy(TWO_BY_HAND);
    return sdk.call(deploy).getData().getChangeOrderId();
  }

  /** The change order, once it has this status. */
  private DescribeChangeOrderResponse.Data reaches(String order, int status) throws Exception {
    DescribeChangeOrderRequest read = new DescribeChangeOrderRequest();
    read.setChangeOrderId(order);
    for (long deadline = System.nanoTime() + TIMEOUT_NANOS; ; Thread.sleep(20)) {
      DescribeChangeOrderResponse.Data found = sdk.call(read).getData();
      if (found.getStatus() == status) {
        return found;
      }
      is(System.nanoTime() < deadline, found.getCoTypeCode() + " is at status " + found.getStatus());
    }
  }

  private DescribeApplicationStatusResponse.Data status() throws Exception {
    DescribeApplicationStatusRequest read = new DescribeApplicationStatusRequest();
    read.setAppId(app);
    return sdk.call(read).getData();
  }

  private void runs(String status, int instances) throws Exception {
    DescribeApplicationStatusResponse.Data found = status();
    is(
        found.getCurrentStatus().equals(status) && found.getRunningInstances() == instances,
        found.getCurrentStatus() + " with " + found.getRunningInstances());
  }

  private void configured(String image) throws Exception {
    DescribeApplicationConfigRequest read = new DescribeApplicationConfigRequest();
    read.setAppId(app);
    String found = sdk.call(read).getData().getImageUrl();
    is(found.equals(image), found);
  }

  private static void is(boolean holds, Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }
}
