"""Pages of the models a service serves, and of their versions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import served_models
from readiness.forms.served_models import ModelForm, ModelVersionFilter, ModelVersionForm
from readiness.models import ModelVersion
from readiness.tables.served_models import ModelVersionTable
from readiness.views.services import find


@door(GET=SIGNED_IN)
def overview(request: PortalRequest, slug: str) -> HttpResponse:
    """The models, and every version on record."""
    service = find(request, slug)
    models = list(service.served_models.all())
    versions = ModelVersion.objects.filter(model__service=service)
    return lists.answer(
        request,
        queryset=versions.select_related("model", "previous", "recorded_by"),
        table=ModelVersionTable,
        filters=ModelVersionFilter,
        template="readiness/models/list.html",
        name=f"{service.slug}-model-versions",
        service=service,
        tab="releases",
        part="models",
        models=models,
        may_plan=request.access.can(Capability.RELEASE_PLAN, service.scope.team_id),
    )


@door(GET=SIGNED_IN, POST=Capability.RELEASE_PLAN)
def add(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that names a model."""
    service = find(request, slug)
    permissions.require(request.access, Capability.RELEASE_PLAN, service.scope)
    form = ModelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            model = served_models.add(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{model.name} is added. Record the version in use.")
            return redirect("readiness:model_version_record", service.slug, model.public_id)
    context = {"service": service, "form": form}
    return render(request, "readiness/models/form.html", context, status=422 if form.errors else 200)


@door(GET=SIGNED_IN, POST=Capability.RELEASE_PLAN)
def record_version(request: PortalRequest, slug: str, public_id: str) -> HttpResponse:
    """The form that records a version of a model."""
    service = find(request, slug)
    permissions.require(request.access, Capability.RELEASE_PLAN, service.scope)
    model = get_object_or_404(service.served_models.select_related("service__scope__team"), public_id=public_id)
    form = ModelVersionForm(request.POST or None, model=model)
    if request.method == "POST" and form.is_valid():
        try:
            version = served_models.record_version(
                request.access, model=model, facts=form.facts(), previous=form.cleaned_data["previous"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{version} is on record.")
            return redirect("readiness:service_models", service.slug)
    context = {"service": service, "form": form, "model": model}
    return render(request, "readiness/models/version_form.html", context, status=422 if form.errors else 200)
