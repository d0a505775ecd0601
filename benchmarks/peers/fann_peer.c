/* FANN's time for one step of full-batch gradient descent on a 2-20-2 network. Arguments: the number of examples, and the
   hidden activation, sigmoid or piece: FANN has no relu, its piecewise linear function is the closest. */
#include <fann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments)
{
    enum { rounds = 11 };
    int examples = count > 1 ? atoi(arguments[1]) : 10;
    struct fann *network = fann_create_standard(3, 2, 20, 2);
    struct fann_train_data *data = fann_create_train(examples, 2, 2);
    double times[rounds];

    int sigmoid = count > 2 && strcmp(arguments[2], "sigmoid") == 0;
    fann_set_activation_function_hidden(network, sigmoid ? FANN_SIGMOID : FANN_LINEAR_PIECE);
    fann_set_activation_function_output(network, FANN_LINEAR);
    fann_set_training_algorithm(network, FANN_TRAIN_BATCH);
    fann_set_learning_rate(network, 1e-3f);

    for (int i = 0; i < examples; i++) {
        data->input[i][0] = (float)(i % 7) / 7;
        data->input[i][1] = (float)(i % 5) / 5;
        data->output[i][0] = i % 2;
        data->output[i][1] = 1 - i % 2;
    }

    int each = 2000000 / (examples * 10) + 1;
    for (int round = -2; round < rounds; round++) {
        double start = now();
        for (int i = 0; i < each; i++)
            fann_train_epoch(network, data);
        if (round >= 0)
            times[round] = (now() - start) / each;
    }

    qsort(times, rounds, sizeof *times, ascending);
    printf("{\"seconds\": %.9g}\n", times[rounds / 2]);
    fann_destroy_train(data);
    fann_destroy(network);
    return 0;
}
