// Comfort only: every page works without this file. Loaded deferred, no dependencies; it asks for nothing by itself
// but the changes of the calling screen.
(function () {
  'use strict';
  // An error summary takes the focus, so that a screen reader starts there.
  var errors = document.querySelector('.errors');
  if (errors) { errors.focus(); }

  // A second click on a button that is already sending does nothing. The server holds the real guard.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') { return; }
    // Another button of the same form is another wish, such as printing a second paper.
    var wish = event.submitter ? event.submitter.name + '=' + event.submitter.value : '1';
    if (form.dataset.sent === wish) { event.preventDefault(); return; }
    form.dataset.sent = wish;
    changed = false;
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  // Coming back with the browser's own button finds the form usable again.
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form').forEach(function (form) { delete form.dataset.sent; });
  });

  // Leaving a form that was changed asks first.
  var changed = false;
  document.addEventListener('input', function (event) {
    if (event.target.form && event.target.form.method === 'post' && 'keep' in event.target.form.dataset) { changed = true; }
  });
  window.addEventListener('beforeunload', function (event) {
    if (changed) { event.preventDefault(); event.returnValue = ''; }
  });

  // Single-key shortcuts of staff pages: only when nothing is focused that takes text, and only while switched on.
  // A tick box that has the focus takes no text: the keys go on working.
  var takesText = function (element) {
    return /^(SELECT|TEXTAREA)$/.test(element.tagName) || (element.tagName === 'INPUT' && !/^(checkbox|radio|file|submit)$/.test(element.type));
  };
  var keys = {};
  document.querySelectorAll('[data-key]').forEach(function (element) { keys[element.dataset.key] = element; });
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    if (takesText(event.target)) { return; }
    if (document.body.dataset.shortcuts !== 'on') { return; }
    var element = keys[event.key.toUpperCase()];
    if (!element) { return; }
    event.preventDefault();
    if (takesText(element)) { element.focus(); element.select(); } else { element.click(); }
  });

  // A box in a table's head ticks or clears all boxes of its form.
  document.addEventListener('change', function (event) {
    if (!('all' in event.target.dataset)) { return; }
    event.target.form.querySelectorAll('input[type=checkbox][name="' + event.target.dataset.all + '"]').forEach(function (box) {
      box.checked = event.target.checked;
    });
  });

  // Print buttons appear only where printing can be started from the page.
  document.querySelectorAll('[data-print]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });

  // The calling screen is told of a change and loads itself anew. Without this file it refreshes by itself.
  var live = document.querySelector('[data-live]');
  if (live && window.EventSource) {
    new EventSource(live.dataset.live).onmessage = function (event) {
      if (event.data !== live.dataset.seen) { window.location.reload(); }
    };
  }

  // A counter under long texts.
  document.querySelectorAll('textarea[data-count]').forEach(function (area) {
    var note = document.getElementById(area.dataset.count);
    var show = function () { note.textContent = '已写 ' + Array.from(area.value.replace(/\s/g, '')).length + ' 字'; };
    area.addEventListener('input', show);
    show();
  });
}());
