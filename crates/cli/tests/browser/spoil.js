// Finds the forms of the page that is open that ask for something, and sends one of them without answers. Arguments:
// the position of the form, or -1 to be told all of them: the way it is sent, its address, and what it asks for.
function fields(form) {
  return Array.from(form.elements).filter(function (field) {
    return /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName) && !/^(hidden|submit|button|image)$/.test(field.type);
  });
}
var forms = Array.from(document.forms).filter(function (form) { return fields(form).length > 0; });
var wanted = arguments[0];
if (wanted < 0) {
  return forms.map(function (form) {
    var address = new URL(form.getAttribute('action') || '', location.href);
    return { method: form.method, path: address.pathname, fields: fields(form).map(function (field) { return field.name; }) };
  });
}
var form = forms[wanted];
form.noValidate = true;
fields(form).forEach(function (field) {
  if (/^(checkbox|radio)$/.test(field.type)) { field.checked = false; }
  else if (field.tagName === 'SELECT') { field.selectedIndex = -1; }
  else { field.value = ''; }
});
var button = form.querySelector('button:not([type=button])') || document.querySelector('button[form="' + form.id + '"]');
if (button) { button.disabled = false; form.requestSubmit(button); } else { form.requestSubmit(); }
