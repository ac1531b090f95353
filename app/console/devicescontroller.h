#pragma once

#include "app/console/backendthread.h"
#include "models/tables/devicetablemodel.h"

namespace drover::ui {
class DevicesPage;
}

namespace drover::console {

/// The table of all devices: its model, and the text or query that filters it.
class DevicesController final : public QObject {
    Q_OBJECT

public:
    DevicesController(BackendThread &backend, ui::DevicesPage &page, QObject *parent = nullptr);

    void setFleet(const FleetPtr &fleet);
    /// Puts the newest devices into the table; sorting a million rows for nobody would only cost.
    void show();

private:
    void filter(const QString &text);
    void query(const QString &text);
    void showCounts();

    BackendThread &m_backend;
    ui::DevicesPage &m_page;
    tables::DeviceTableModel m_model;
    FleetPtr m_fleet;
    FleetPtr m_shown;
    QString m_text;
    quint64 m_question = 0;
};

} // namespace drover::console
