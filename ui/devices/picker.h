#pragma once

#include "ui/common/targets.h"

#include <QItemSelection>
#include <QThreadPool>
#include <QTimer>

#include <memory>

namespace drover::ui {

/// Finds out what a move of devices would take: ids in slices, the look-up on a worker. The window answers meanwhile.
class Picker final : public QObject {
    Q_OBJECT

public:
    using FleetPtr = std::shared_ptr<const fleet::Fleet>;

    explicit Picker(QObject *parent = nullptr);
    ~Picker() override;

    /// The devices whose ids stand in the first column of these rows. A question before is forgotten.
    void pick(const QItemSelection &rows, const QString &name, FleetPtr fleet);
    void look(const fleet::DeviceSet &set, FleetPtr fleet);
    /// Rows are about to change their places: those not yet read are not the ones that were meant.
    void cancelReading();

Q_SIGNALS:
    void looked(const drover::fleet::DeviceSet &set, const drover::fleet::SetFacts &facts);
    /// The set cannot be looked up: why.
    void failed(const drover::Error &error);
    /// Nothing will come of the question.
    void cancelled();

private:
    void readSlice();

    QItemSelection m_rows;
    int m_nextRow = 0;
    fleet::DeviceSet m_set;
    FleetPtr m_fleet;
    QTimer m_slice;
    quint64 m_question = 0;
    QThreadPool m_worker;
};

} // namespace drover::ui
