#pragma once

#include "app/migration/report.h"

namespace drover::report {

/// The change record of a run: who, why, what came of it, chart, gates, causes, hubs, events, and the devices that did
/// not arrive. A4; needs a QApplication (offscreen will do) on the calling thread. Storage when no font is installed.
Result<QByteArray> toPdf(const migration::Report &report);

/// The same without the chart, as the HTML that the pages are made of.
QString toHtml(const migration::Report &report);

} // namespace drover::report
