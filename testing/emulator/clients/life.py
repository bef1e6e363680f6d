"""Whole lives of every object, lived by python-gitlab. Argument: the address. The token is in the environment."""

import os
import sys

import gitlab

api = gitlab.Gitlab(sys.argv[1], private_token=os.environ["GITLAB_TOKEN"])
api.auth()
assert api.user.username == "olivia", api.user


def refused(code, call, *arguments, **named):
    """The call is refused with this status; answers the message."""
    try:
        call(*arguments, **named)
    except gitlab.exceptions.GitlabError as error:
        assert error.response_code == code, (error.response_code, error)
        return error.error_message
    raise AssertionError(f"{call} was not refused")


project = api.projects.get("acme/shop")
group = api.groups.get("acme")
assert "acme/shop" in [each.path_with_namespace for each in group.projects.list(get_all=True)]
assert "dana" in [each.username for each in group.members_all.list(get_all=True)]
olivia = api.users.list(username="olivia")[0]

# environments
made = [project.environments.create({"name": f"review/{n}"}) for n in range(3)]
assert len(project.environments.list(iterator=True, per_page=1)) == 3
assert [each.name for each in project.environments.list(search="review/1")] == ["review/1"]
one = made[0]
one.external_url = "https://one.example.com"
one.save()
assert project.environments.get(one.id).external_url == "https://one.example.com"
assert "taken" in str(refused(400, project.environments.create, {"name": "review/0"}))
assert refused(403, one.delete) == "403 Forbidden"
one.stop()
one.delete()
assert refused(404, project.environments.get, one.id) == "404 Not found"

# a project's protected environments
levels = [{"access_level": 40}, {"user_id": olivia.id}]
protected = project.protected_environments.create({"name": "review/1", "deploy_access_levels": levels})
assert [each["user_id"] for each in protected.deploy_access_levels] == [None, olivia.id]
assert project.protected_environments.get("review/1").name == "review/1"
assert refused(
    409, project.protected_environments.create, {"name": "review/1", "deploy_access_levels": levels}
)
protected.delete()
assert project.protected_environments.list(get_all=True) == []

# a group's: the library has no objects for them
path = "/groups/acme/protected_environments"
tier = api.http_post(path, post_data={"name": "production", "deploy_access_levels": [{"access_level": 40}]})
old = tier["deploy_access_levels"][0]["id"]
changes = [{"id": old, "_destroy": True}, {"access_level": 30}]
rules = [{"access_level": 30, "required_approvals": 2}]
tier = api.http_put(
    f"{path}/production", post_data={"deploy_access_levels": changes, "approval_rules": rules}
)
assert [each["access_level"] for each in tier["deploy_access_levels"]] == [30]
assert refused(422, api.http_put, f"{path}/production", post_data={"required_approval_count": 1})

# deployments and approvals
deployed = project.deployments.create(
    {"environment": "production", "sha": "main", "ref": "main", "tag": False, "status": "running"}
)
deployed.status = "success"
deployed.save()
assert [each.id for each in project.deployments.list(environment="production", get_all=True)] == [deployed.id]
assert deployed.mergerequests.list(get_all=True) == []
assert "your own deployment" in refused(400, deployed.approval, "approved")
assert "currently deployed" in refused(
    400, api.http_delete, f"/projects/{project.id}/deployments/{deployed.id}"
)
api.http_delete(f"{path}/production")

# pipelines
pipeline = project.pipelines.create({"ref": "main", "variables": [{"key": "A", "value": "b"}]})
while pipeline.status != "success":
    pipeline.refresh()
assert [each.key for each in pipeline.variables.list(get_all=True)] == ["A"]
assert len(pipeline.jobs.list(get_all=True)) == 2
assert pipeline.bridges.list(get_all=True) == []
assert pipeline.test_report.get().total_count == 0
pipeline.retry()
pipeline.cancel()
assert project.pipelines.latest(ref="main").id == pipeline.id
pipeline.delete()
assert project.pipelines.list(get_all=True) == []
assert "Reference not found" in str(refused(400, project.pipelines.create, {"ref": "nowhere"}))
print("lived")
