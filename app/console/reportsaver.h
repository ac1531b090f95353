#pragma once

#include "app/console/backendthread.h"
#include "app/migration/report.h"

#include <QPointer>

class QWidget;

namespace drover::console {

/// What a run did as a file of the kind that its name says: .pdf the change record, .csv one line a device, .json
/// everything. Usage for any other name.
Result<QByteArray> reportContent(const migration::Report &report, const QString &fileName);

/// Asks where to keep a run's report, and keeps it there.
class ReportSaver final : public QObject {
    Q_OBJECT

public:
    ReportSaver(BackendThread &backend, QWidget *window, QObject *parent = nullptr);
    void save(const QString &run);

Q_SIGNALS:
    void failed(const drover::Error &error);
    void saved(const QString &file);

private:
    void ask(const migration::Report &report);
    void write(const migration::Report &report, const QString &file);

    BackendThread &m_backend;
    QWidget *m_window;
};

} // namespace drover::console
