"""How forms look without a line in the templates of pages: labels, hints and reasons by `components/_field.html`.

The controls themselves get their classes in `templates/django/forms/widgets/`.
"""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ form.name.as_field_group }}` with our components."""

    form_template_name = "components/_form.html"
    field_template_name = "components/_field.html"
